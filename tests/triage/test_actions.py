"""What the forms of the inbox change, with and without htmx."""

from html import unescape

import pytest
from django.test import Client

from monitoring.models import OutboundPost
from tests.triage.conftest import COMPLAINT, DELETED_COMMENT, IRRELEVANT, THANKS, htmx
from triage.assign import assign
from triage.decide import record_decision
from triage.models import Decision, Triage

RISKS = ["scenario-map/danger", "scenario-map/ours", "scenario-map/special"]
NO_RISK = {f"answer:{risk}": "no" for risk in RISKS}
REASON = "We spoke on the phone already."


def test_the_whole_way_works_without_javascript(browser, arrive, maya):
    following = arrive(read=IRRELEVANT)
    triage = arrive(read=COMPLAINT)
    url = f"/m/{triage.pk}/"
    assert [step.key for step in browser.get(url).context["detail"].guide.confirm] == RISKS
    answers = {**NO_RISK, "rev": "1"}
    for key, answer in (("spread", "no"), ("legit", "yes"), ("fixable", "now")):
        page = browser.get(url, answers)
        assert page.context["detail"].guide.question.key == f"scenario-map/{key}"
        answers[f"answer:scenario-map/{key}"] = answer
    page = browser.get(url, answers)
    assert page.context["card"].disposition == "respond"
    response = browser.post(f"{url}decide/", answers | {"disposition": "respond", "text": "We are sorry. It is fixed."})
    assert response.status_code == 302
    assert response.url == f"/m/{following.pk}/"
    decision = Decision.objects.get()
    assert (decision.outcome, decision.by, decision.via) == ("out_respond_fixed", maya, "console")
    assert decision.replies.get().post.text == "We are sorry. It is fixed."


def test_after_the_last_decision_the_inbox_is_clear(browser, arrive):
    triage = arrive(read=IRRELEVANT)
    response = browser.post(f"/m/{triage.pk}/decide/", {"disposition": "ignore", "rev": 1}, follow=True)
    assert response.redirect_chain == [("/inbox/", 302)]
    assert "Decided: ignore." in response.content.decode()


def test_after_deciding_htmx_gets_the_next_mention_of_the_view(browser, arrive, maya):
    first, other, second = (arrive(read=IRRELEVANT) for _number in range(3))
    for triage in (first, second):
        assign(triage.pk, to=maya, rev=1)
    response = htmx(
        browser, "post", f"/m/{first.pk}/decide/?view=mine", {"disposition": "ignore", "rev": 2}, "decision"
    )
    assert response.headers["HX-Push-Url"] == f"/m/{second.pk}/?view=mine"
    assert response.headers["HX-Retarget"] == "#detail"
    assert response.context["detail"].triage.pk == second.pk
    assert other.pk


def test_the_next_mention_follows_in_the_queue_and_then_begins_anew(browser, arrive):
    first, second, third = (arrive(read=IRRELEVANT) for _number in range(3))
    for triage, following in ((second, third), (third, first)):
        response = browser.post(f"/m/{triage.pk}/decide/", {"disposition": "ignore", "rev": 1})
        assert response.url == f"/m/{following.pk}/"


def test_what_is_lacking_is_said_and_what_was_typed_stays(browser, arrive):
    triage = arrive(read=THANKS)
    said = {"disposition": "ignore", "rev": 1, "reason": "short <b>", **NO_RISK}
    response = htmx(browser, "post", f"/m/{triage.pk}/decide/", said, "decision")
    page = response.content.decode()
    assert response.status_code == 422
    assert "give a reason of at least 10 characters" in page
    assert "short &lt;b&gt;" in page
    assert all(f'name="{name}" value="no"' in page for name in NO_RISK)


def test_risks_that_nobody_confirmed_are_named_in_full(browser, arrive):
    triage = arrive(read=THANKS)
    response = browser.post(f"/m/{triage.pk}/decide/", {"disposition": "respond", "rev": 1, "text": "My draft"})
    page = unescape(response.content.decode())
    assert response.status_code == 422
    assert "Does it report or threaten harm to people, or a crime? Answer this risk question" in page
    assert "My draft" in page
    assert not OutboundPost.objects.exists()


def test_a_reply_with_a_placeholder_is_refused_with_the_decision(browser, arrive):
    triage = arrive(read=THANKS)
    said = {"disposition": "respond", "rev": 1, "text": "Thank you! {team} will call.", **NO_RISK}
    response = browser.post(f"/m/{triage.pk}/decide/", said)
    assert response.status_code == 422
    assert "{team}" in response.content.decode()
    assert Triage.objects.get().state == "open"


def test_who_was_slower_sees_what_the_other_chose_and_keeps_the_reason(browser, arrive, pedro):
    triage = arrive(read=THANKS)
    record_decision(triage.pk, by=pedro, disposition="ignore", rev=1, via="console", reason="A friend of the house.")
    said = {"disposition": "escalate", "rev": 1, "reason": REASON, **NO_RISK}
    response = htmx(browser, "post", f"/m/{triage.pk}/decide/", said, "decision")
    page = response.content.decode()
    assert response.status_code == 409
    assert "pedro chose Ignore" in page
    assert "A friend of the house." in page
    assert REASON in page
    assert Decision.objects.count() == 1


def test_a_card_drawn_anew_keeps_the_version_the_person_saw_first(browser, arrive, pedro):
    triage = arrive(read=THANKS)
    assign(triage.pk, to=pedro, rev=1)
    card = htmx(browser, "get", f"/m/{triage.pk}/", {"rev": "1"}, "decision")
    assert "The mention has changed since you opened it." in card.content.decode()
    said = {"disposition": "respond", "rev": card.context["card"].rev, **NO_RISK}
    assert browser.post(f"/m/{triage.pk}/decide/", said).status_code == 409


def test_leaving_a_strict_playbook_asks_for_its_tasks_first(browser, arrive):
    triage = arrive(read=DELETED_COMMENT)
    card = htmx(browser, "get", f"/m/{triage.pk}/", {"choose": "ignore"}, "decision")
    assert [task.key for task in card.context["card"].tasks] == ["self-inflicted/evidence", "self-inflicted/pause"]
    said = {"disposition": "ignore", "rev": 1, "reason": REASON}
    assert browser.post(f"/m/{triage.pk}/decide/", said).status_code == 422
    tasks = {"answer:self-inflicted/evidence": "done", "answer:self-inflicted/pause": "impossible"}
    assert browser.post(f"/m/{triage.pk}/decide/", said | tasks).status_code == 302


def test_a_suggestion_that_failed_says_so_and_a_person_can_decide(browser, arrive):
    triage = arrive(read={"terms": ["not", "a", "mapping"]})
    page = browser.get(f"/m/{triage.pk}/").content.decode()
    assert "The software could not make a suggestion" in page
    said = {"disposition": "ignore", "rev": 1, "reason": REASON}
    assert browser.post(f"/m/{triage.pk}/decide/", said).status_code == 302


def test_assigning_replaces_nothing_that_a_person_may_be_typing_into(browser, arrive, maya):
    triage = arrive(read=THANKS)
    response = htmx(browser, "post", f"/m/{triage.pk}/assign/", {"to": "me", "rev": 1}, "assignment")
    page = response.content.decode()
    assert Triage.objects.get().assignee == maya
    assert f"/m/{triage.pk}/notice/?rev=2" in page
    assert "<textarea" not in page
    assert browser.post(f"/m/{triage.pk}/assign/", {"to": "nobody", "rev": 2}).status_code == 302
    assert Triage.objects.get().assignee is None


def test_taking_what_somebody_just_took_is_a_conflict(browser, arrive, pedro):
    triage = arrive(read=THANKS)
    assign(triage.pk, to=pedro, rev=1)
    response = htmx(browser, "post", f"/m/{triage.pk}/assign/", {"to": "me", "rev": 1}, "assignment")
    assert response.status_code == 409
    assert "pedro looks after it." in response.content.decode()


def test_a_kept_reply_is_marked_as_posted_once(browser, arrive, maya):
    triage = arrive(read=THANKS)
    browser.post(f"/m/{triage.pk}/decide/", {"disposition": "respond", "rev": 1, "text": "Gern!", **NO_RISK})
    post = OutboundPost.objects.get()
    assert "To be posted by hand" in browser.get(f"/m/{triage.pk}/").content.decode()
    for _time in range(2):
        assert browser.post(f"/m/{triage.pk}/posted/{post.pk}/").status_code == 302
    post.refresh_from_db()
    assert (post.state, post.posted_by) == ("posted_by_hand", maya)
    assert "Posted by hand" in browser.get(f"/m/{triage.pk}/").content.decode()


def test_a_decided_mention_takes_a_further_reply(browser, arrive):
    triage = arrive(read=IRRELEVANT)
    browser.post(f"/m/{triage.pk}/decide/", {"disposition": "ignore", "rev": 1})
    empty = htmx(browser, "post", f"/m/{triage.pk}/reply/", {"rev": 2, "text": " "}, "replies")
    assert (empty.status_code, OutboundPost.objects.count()) == (422, 0)
    kept = htmx(browser, "post", f"/m/{triage.pk}/reply/", {"rev": 2, "text": "One more thing"}, "replies")
    assert "One more thing" in kept.content.decode()
    stale = htmx(browser, "post", f"/m/{triage.pk}/reply/", {"rev": 2, "text": "Again"}, "replies")
    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("person", "sees", "decides"),
    [("maya", 200, 302), ("pedro", 200, 302), ("lea", 200, 403), ("ada", 200, 403), ("sam", 403, 403)],
)
def test_everybody_gets_what_their_group_may(request, arrive, person, sees, decides):
    client = Client()
    client.force_login(request.getfixturevalue(person))
    triage = arrive(read=IRRELEVANT)
    url = f"/m/{triage.pk}/"
    for address in ("/inbox/", "/inbox/new-count/", url, f"{url}row/", f"{url}notice/"):
        assert client.get(address).status_code == sees, address
    assert client.post(f"{url}assign/", {"to": "me", "rev": 1}).status_code == decides
    assert client.post(f"{url}decide/", {"disposition": "ignore", "rev": 2}).status_code == decides
    assert client.post(f"{url}reply/", {"text": "Hello", "rev": 3}).status_code == decides
    assert client.post(f"{url}posted/1/").status_code == decides


def test_what_is_unknown_is_404_and_a_change_needs_a_post(browser, arrive):
    triage = arrive()
    for address in ("/m/404/", "/m/404/row/", "/m/404/notice/"):
        assert browser.get(address).status_code == 404
    assert browser.post("/m/404/decide/", {"disposition": "ignore", "rev": 1}).status_code == 404
    assert browser.get(f"/m/{triage.pk}/decide/").status_code == 405

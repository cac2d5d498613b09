from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crisis.escalate import acknowledge, advance_due, cancel, resolve
from crisis.links import token_of
from crisis.models import Acknowledgement, Escalation, Page
from crisis.models.escalation import State
from crisis.notify import deliver_lane
from tests.crisis.make import let_pass, make_contact, make_escalation, make_policy
from tests.make import make_mention, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def escalation(pedro, maya) -> Escalation:
    make_contact(pedro)
    made = make_escalation(by=maya, reason="Many customers <b>ask</b>")
    advance_due()
    return made


def signed_in(client, person):
    client.force_login(person)
    return client


def address(escalation: Escalation, name: str = "escalation") -> str:
    return reverse(f"crisis:{name}", args=[escalation.pk])


def text_of(response) -> str:
    return response.content.decode()


def test_what_was_said_tells_escalations_apart(client, maya, pedro):
    mention = make_mention("The kettle <b>sparks</b>", needs_reading=False)
    escalation = make_escalation(by=maya, mention=mention)
    for page in (reverse("crisis:escalations"), address(escalation)):
        assert "The kettle &lt;b&gt;sparks&lt;/b&gt;" in text_of(signed_in(client, pedro).get(page))
    mention.deleted_at = timezone.now()
    mention.save()
    for page in (reverse("crisis:escalations"), address(escalation)):
        assert "sparks" not in text_of(client.get(page))


def test_open_escalations_stand_first_with_their_countdown(client, maya, pedro, escalation):
    closed = make_escalation(title="Closed one")
    resolve(closed.pk, pedro)
    shown = text_of(signed_in(client, maya).get(reverse("crisis:escalations")))
    assert shown.index("Mention on Mastodon") < shown.index("Closed one")
    escalation.refresh_from_db()
    assert "data-deadline" in shown


def test_the_list_says_who_has_it(client, maya, pedro, escalation):
    acknowledge(escalation.pk, pedro, "console")
    assert "pedro has it" in text_of(signed_in(client, maya).get(reverse("crisis:escalations")))


def test_older_ones_follow_page_by_page(client, maya, pedro):
    for number in range(32):
        resolve(make_escalation(title=f"Number {number}").pk, pedro)
    first = signed_in(client, maya).get(reverse("crisis:escalations"))
    assert "Number 31" in text_of(first)
    assert "Number 1<" not in text_of(first)
    older = client.get(reverse("crisis:escalations"), {"cursor": first.context["next_cursor"]})
    assert "Number 1<" in text_of(older)
    assert older.context["next_cursor"] is None
    assert client.get(reverse("crisis:escalations"), {"cursor": "forged"}).status_code == 404


def test_the_list_costs_the_same_however_many_are_open(client, maya, pedro, django_assert_max_num_queries):
    for _each in range(8):
        make_escalation()
    advance_due()
    signed_in(client, maya)
    with django_assert_max_num_queries(12):
        client.get(reverse("crisis:escalations"))


def test_one_escalation_shows_who_was_called_who_is_next_and_what_happened(client, maya, ada, escalation, mailbox):
    make_user("noor", roles=("executive",))
    deliver_lane("email")
    shown = text_of(signed_in(client, maya).get(address(escalation)))
    page = escalation.pages.get()
    assert page.pk in shown
    assert "Pr lead, on shift" in shown
    assert "E-mail: Delivered" in shown
    assert "Accepted (250)" in shown
    assert "maya opened it: L3 High." in shown
    assert "Step 1, round 1. Called: pedro." in shown
    assert "After 15 min" in shown
    assert "noor" in shown or "pedro" in shown
    assert "&lt;b&gt;ask&lt;/b&gt;" in shown


def test_it_says_what_follows_after_the_last_step(client, maya, ada):
    make_policy("L3", (0, [("pr_lead", "on_shift")]), rounds=2)
    make_user("noor", roles=("pr_lead",))
    escalation = make_escalation()
    signed_in(client, maya)
    seen = []
    for _step in range(3):
        advance_due()
        follows = client.get(address(escalation)).context["steps"][-1]
        seen.append((follows.kind, follows.state, follows.people))
        let_pass(3600)
    assert seen == [("again", "next", ("noor",)), ("owners", "next", ("ada",)), ("repeat", "next", ("noor",))]


def test_those_that_still_call_stand_first_the_more_severe_before_the_others(client, pedro):
    make_policy("L4")
    acknowledge(make_escalation("L4", title="has somebody").pk, pedro, "console")
    for severity, title in (("L3", "high"), ("L4", "critical")):
        make_escalation(severity, title=title)
    rows = signed_in(client, pedro).get(reverse("crisis:escalations")).context["open"]
    assert [row.escalation.title for row in rows] == ["critical", "high", "has somebody"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_turn_it_can_take_can_be_read(client, pedro, ada, language):
    ada.language = language
    ada.save()
    signed_in(client, ada)
    nobody = make_escalation(title="nobody", roles=("legal",))
    resolved, cancelled, ran_out = (make_escalation(title=name) for name in ("resolved", "cancelled", "ran out"))
    poison = make_escalation(title="poison")
    Escalation.objects.filter(pk=poison.pk).update(policy={})
    for _each in range(3):
        advance_due()
        let_pass(3600)
    acknowledge(ran_out.pk, pedro, "console")
    let_pass(1801)
    advance_due()
    make_policy("L4")
    make_escalation("L4", mention=ran_out.mention)
    make_escalation("L3", mention=ran_out.mention)
    resolve(resolved.pk, pedro)
    cancel(cancelled.pk, pedro)
    assert nobody.timeline.filter(kind="exhausted").exists()
    for row in Escalation.objects.all():
        assert client.get(address(row)).status_code == 200


def test_a_page_costs_the_same_however_long_it_has_gone_on(client, maya, pedro, ada, django_assert_max_num_queries):
    make_contact(pedro)
    escalation = make_escalation()
    for _each in range(12):
        advance_due()
        let_pass(3600)
    assert escalation.pages.count() > 8
    signed_in(client, maya)
    with django_assert_max_num_queries(18):
        client.get(address(escalation))


def test_htmx_gets_the_fragment_and_a_history_restore_the_page(client, maya, escalation):
    signed_in(client, maya)
    assert "<html" not in text_of(client.get(address(escalation), headers={"HX-Request": "true"}))
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in text_of(client.get(address(escalation), headers=restored))
    assert "<html" not in text_of(client.get(reverse("crisis:escalations"), headers={"HX-Request": "true"}))


def test_pedro_takes_over_and_resolves(client, pedro, escalation):
    signed_in(client, pedro)
    shown = client.post(address(escalation, "acknowledge"), follow=True)
    assert "You have it." in text_of(shown)
    escalation.refresh_from_db()
    assert escalation.state == State.ACKNOWLEDGED
    client.post(address(escalation, "resolve"))
    escalation.refresh_from_db()
    assert escalation.state == State.RESOLVED


def test_an_answer_by_htmx_comes_back_in_place(client, pedro, escalation):
    response = signed_in(client, pedro).post(address(escalation, "acknowledge"), headers={"HX-Request": "true"})
    assert 'id="escalation"' in text_of(response)
    assert "<html" not in text_of(response)


def test_who_comes_second_is_told(client, pedro, escalation):
    rosa = make_user("rosa", groups=("pr_lead",))
    acknowledge(escalation.pk, rosa, "console")
    shown = signed_in(client, pedro).post(address(escalation, "acknowledge"), follow=True)
    assert "Somebody was faster." in text_of(shown)


def test_maya_sees_what_she_may_do_and_nothing_else(client, maya, escalation):
    shown = text_of(signed_in(client, maya).get(address(escalation)))
    assert address(escalation, "cancel") in shown
    assert address(escalation, "acknowledge") not in shown
    assert client.post(address(escalation, "acknowledge")).status_code == 403


def test_sam_is_refused_everywhere(client, sam, escalation):
    signed_in(client, sam)
    assert client.get(reverse("crisis:escalations")).status_code == 403
    assert client.get(address(escalation)).status_code == 404
    for name in ("acknowledge", "resolve", "cancel"):
        assert client.post(address(escalation, name)).status_code == 404


def test_sam_does_not_learn_which_escalations_there_are(client, sam, escalation):
    signed_in(client, sam)
    there, not_there = (client.get(path) for path in (address(escalation), "/escalations/999999/"))
    assert (there.status_code, not_there.status_code) == (404, 404)
    assert str(there.context["exception"]) == str(not_there.context["exception"])


def test_the_banner_says_nothing_to_whoever_may_not_read_escalations(client, sam, maya):
    assert 'role="alert"' in text_of(signed_in(client, maya).get(reverse("crisis:engine"))), "no worker runs here"
    signed_in(client, sam)
    for path in (reverse("crisis:engine"), reverse("accounts:me")):
        assert "Pages do not go out" not in text_of(client.get(path))


def test_nothing_is_shown_without_signing_in(client, escalation):
    for path in (reverse("crisis:escalations"), address(escalation), reverse("crisis:engine")):
        assert client.get(path).status_code == 302


def test_whoever_was_called_sees_it_without_any_right(client, groups):
    noor = make_user("noor", roles=("pr_lead",))
    escalation = make_escalation()
    signed_in(client, noor)
    assert client.get(address(escalation)).status_code == 404
    advance_due()
    assert client.get(address(escalation)).status_code == 200
    assert client.post(address(escalation, "acknowledge")).status_code == 302


def test_what_is_not_there_is_a_404(client, pedro):
    signed_in(client, pedro)
    assert client.get("/escalations/999999/").status_code == 404
    assert client.post("/escalations/999999/resolve/").status_code == 404


# The link in a message


def link(escalation: Escalation) -> str:
    return reverse("crisis:link", args=[token_of(escalation.pages.order_by("created_at").last())])


def test_following_a_link_only_asks_because_mail_scanners_follow_links(client, escalation):
    response = client.get(link(escalation))
    escalation.refresh_from_db()
    assert response.status_code == 200
    assert escalation.state == State.ACTIVE
    assert response.headers["Referrer-Policy"] == "same-origin", "stricter, and browsers post it as from nowhere"
    assert "no-store" in response.headers["Cache-Control"]


def test_the_page_of_a_link_shows_severity_and_title_only(client, escalation):
    shown = text_of(client.get(link(escalation)))
    assert "High" in shown
    assert "Mention on Mastodon" in shown
    assert escalation.mention.text not in shown
    assert "Many customers" not in shown


def test_confirming_takes_over_without_signing_in(client, pedro, escalation):
    response = client.post(link(escalation), follow=True)
    assert "You have it." in text_of(response)
    row = Acknowledgement.objects.get()
    assert (row.person, row.via, row.page) == (pedro, "link", escalation.pages.get())
    assert client.get(address(escalation)).status_code == 302, "it signs nobody in"


def test_the_form_of_a_link_carries_its_own_protection_against_forged_posts(escalation):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(link(escalation)).status_code == 403
    shown = browser.get(link(escalation))
    browser.post(link(escalation), {"csrfmiddlewaretoken": str(shown.context["csrf_token"])})
    escalation.refresh_from_db()
    assert escalation.state == State.ACKNOWLEDGED


def test_a_link_is_good_for_one_acknowledgement(client, escalation):
    client.post(link(escalation))
    Escalation.objects.update(state=State.ACTIVE)
    response = client.post(link(escalation))
    escalation.refresh_from_db()
    assert escalation.state == State.ACTIVE
    assert "does not work any more" in text_of(response)


def test_a_link_ends_after_twelve_hours(client, escalation):
    Page.objects.update(link_expires_at=timezone.now() - timedelta(seconds=1))
    client.post(link(escalation))
    assert not Acknowledgement.objects.exists()


def test_a_link_ends_when_calling_starts_anew(client, escalation):
    old = link(escalation)
    Escalation.objects.update(generation=2, state=State.ACTIVE)
    client.post(old)
    assert not Acknowledgement.objects.exists()


def test_a_link_of_somebody_who_left_ends(client, pedro, escalation):
    pedro.is_active = False
    pedro.save()
    client.post(link(escalation))
    assert not Acknowledgement.objects.exists()


def test_a_link_says_when_somebody_else_has_it_or_it_is_closed(client, pedro, escalation):
    rosa = make_user("rosa", groups=("pr_lead",))
    acknowledge(escalation.pk, rosa, "console")
    assert "Somebody else has it." in text_of(client.get(link(escalation)))
    resolve(escalation.pk, rosa)
    assert "It is closed." in text_of(client.get(link(escalation)))


def test_a_forged_link_opens_nothing(client, escalation):
    for token in ("AAAAAAAAAAAAAAAAAAAAAA", escalation.pages.get().pk, escalation.pages.get().link_digest):
        assert client.get(reverse("crisis:link", args=[token])).status_code == 404
        assert client.post(reverse("crisis:link", args=[token])).status_code == 404
    assert not Acknowledgement.objects.exists()


def test_the_database_holds_only_the_digest_of_a_link(escalation):
    page = escalation.pages.get()
    assert token_of(page) not in page.link_digest
    assert len(token_of(page)) == 22


def test_a_link_speaks_the_persons_language(client, pedro, escalation):
    pedro.language = "de"
    pedro.save()
    response = client.get(link(escalation))
    assert response.headers["Content-Language"] == "de"
    assert 'lang="de"' in text_of(response)

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitoring.models import Conversation, Mention, Revision
from playbooks.current import trees_of
from playbooks.drafts import draft_version
from playbooks.models import Playbook
from playbooks.publish import publish_version
from tests.make import NOON, make_author, make_channel, make_story
from tests.triage.conftest import COMPLAINT, DANGER, DELETED_COMMENT, IRRELEVANT, LEGAL, QUESTION, THANKS, htmx
from triage.assign import assign
from triage.decide import record_decision
from triage.models import Triage

EVERY = [THANKS, QUESTION, COMPLAINT, IRRELEVANT, DANGER, LEGAL, DELETED_COMMENT]
RISKS = ["scenario-map/danger", "scenario-map/ours", "scenario-map/special"]
NO_RISK = {f"answer:{risk}": "no" for risk in RISKS}
REASON = "We spoke on the phone already."
SIGN_IN = 4  # session, person, and twice their rights


def ids_of(response) -> list[int]:
    return [row.pk for row in response.context["page"].rows]


@pytest.mark.parametrize("read", EVERY)
def test_a_mention_opens_with_its_address(browser, arrive, read):
    triage = arrive(read=read)
    response = browser.get(f"/m/{triage.pk}/")
    assert response.status_code == 200
    assert "kettle arrived cracked" in response.content.decode()


def test_the_empty_inbox_says_all_clear(browser, starter):
    make_channel()
    assert "All clear." in browser.get("/inbox/").content.decode()


def test_the_queue_has_the_most_serious_first_then_the_most_urgent(browser, arrive):
    late = arrive(read=THANKS, received_at=NOON + timedelta(hours=1))
    early = arrive(read=THANKS)
    open_question = arrive(read=COMPLAINT)
    legal, danger = arrive(read=LEGAL), arrive(read=DANGER)
    assert ids_of(browser.get("/inbox/")) == [row.pk for row in (danger, legal, open_question, early, late)]


def test_each_view_shows_its_part(browser, arrive, maya, pedro):
    mine, his, free, done = (arrive(read=IRRELEVANT) for _number in range(4))
    assign(mine.pk, to=maya, rev=1)
    assign(his.pk, to=pedro, rev=1)
    record_decision(done.pk, by=maya, disposition="ignore", rev=1, via="console")
    views = {
        "all": [mine, his, free],
        "mine": [mine],
        "unassigned": [free],
        "done": [done],
        "nonsense": [mine, his, free],
    }
    for view, rows in views.items():
        assert ids_of(browser.get("/inbox/", {"view": view})) == [row.pk for row in rows], view


def test_the_queue_is_narrowed_by_channel_severity_and_words(browser, arrive, maya):
    feed = make_channel("feed")
    danger = arrive("Der Wasserkocher hat Funken gesprüht", read=DANGER, channel=feed)
    thanks = arrive("Vielen Dank!", read=THANKS)
    record_decision(thanks.pk, by=maya, disposition="ignore", rev=1, via="console", reason=REASON)
    assert ids_of(browser.get("/inbox/", {"channel": "feed"})) == [danger.pk]
    assert ids_of(browser.get("/inbox/", {"severity": "L4"})) == [danger.pk]
    assert ids_of(browser.get("/inbox/", {"severity": "L3"})) == []
    assert ids_of(browser.get("/inbox/", {"q": "dank"})) == [thanks.pk]
    assert ids_of(browser.get("/inbox/", {"q": "funken", "channel": "feed"})) == [danger.pk]
    for hostile in ("' OR 1=1 --", '"', "\0", "((((", "a:*", "💥" * 300):
        assert browser.get("/inbox/", {"q": hostile}).status_code == 200


def test_load_more_brings_the_rest_once(browser, arrive, monkeypatch):
    monkeypatch.setattr("triage.inbox.queue_page.__defaults__", (None, 2))
    expected = [arrive(read=IRRELEVANT).pk for _number in range(5)]
    response, seen = browser.get("/inbox/"), []
    while True:
        seen += ids_of(response)
        cursor = response.context["page"].next_cursor
        if not cursor:
            break
        response = htmx(browser, "get", "/inbox/", {"cursor": cursor}, "queue-more")
        assert "<html" not in response.content.decode()
    assert seen == expected


def test_a_cursor_that_is_not_ours_is_404(browser, starter):
    assert browser.get("/inbox/", {"cursor": "nonsense"}).status_code == 404


def test_what_was_deleted_where_it_was_posted_leaves_the_queue(browser, arrive):
    triage = arrive("Secret words", read=THANKS)
    Mention.objects.update(deleted_at=NOON)
    assert ids_of(browser.get("/inbox/")) == []
    page = browser.get(f"/m/{triage.pk}/").content.decode()
    assert "Deleted where it was posted" in page
    assert "Secret words" not in page


def test_htmx_gets_the_pane_the_card_or_on_a_restore_the_whole_page(browser, arrive):
    url = f"/m/{arrive(read=THANKS).pk}/"
    pane = htmx(browser, "get", url).content.decode()
    card = htmx(browser, "get", url, target="decision").content.decode()
    restored = browser.get(url, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" not in pane
    assert 'id="detail"' in pane
    assert 'id="detail"' not in card
    assert 'id="decision"' in card
    assert "<html" in restored.content.decode()
    assert "HX-Request" in browser.get(url).headers["Vary"]


def test_who_would_be_called_is_shown_before_escalating(browser, arrive, pedro, lea):
    triage = arrive(read=LEGAL)
    answers = {**NO_RISK, f"answer:{RISKS[2]}": "yes"}
    card = htmx(browser, "get", f"/m/{triage.pk}/", answers, "decision")
    assert card.context["card"].disposition == "escalate"
    people = {person.person for step in card.context["card"].steps for person in step.people}
    assert {pedro, lea} <= people
    assert "PR lead" in card.content.decode()


def test_another_severity_shows_whom_that_would_call(browser, arrive, pedro, lea, ada):
    triage = arrive(read=LEGAL)
    url = f"/m/{triage.pk}/"
    three = htmx(browser, "get", url, {"choose": "escalate"}, "decision").context["card"].steps
    four = htmx(browser, "get", url, {"choose": "escalate", "severity": "L4"}, "decision").context["card"].steps
    assert [step.targets for step in three] != [step.targets for step in four]


def test_choosing_a_severity_draws_only_the_list_of_who_is_called_anew(browser, arrive, pedro, lea):
    triage = arrive(read=LEGAL)
    page = unescape(htmx(browser, "get", f"/m/{triage.pk}/", {"choose": "escalate"}, "decision").content.decode())
    assert 'hx-target="#wake"' in page
    assert 'hx-vals="{"choose": "escalate"}"' in page
    again = htmx(browser, "get", f"/m/{triage.pk}/", {"choose": "escalate", "severity": "L4"}, "wake")
    assert again.templates[0].name == "triage/_decision_card.html"
    ignoring = htmx(browser, "get", f"/m/{triage.pk}/", {"choose": "ignore"}, "decision").content.decode()
    assert "#wake" not in ignoring


def test_a_version_published_meanwhile_is_announced_and_not_switched_to(browser, arrive, pedro):
    triage = arrive(read=THANKS)
    old = trees_of(triage.suggestion.versions)["scenario-map"]
    publish_version(draft_version(Playbook.objects.get(slug="scenario-map"), old), by=None, now=NOON)
    response = browser.get(f"/m/{triage.pk}/")
    assert "Scenario map v2 is available" in response.content.decode()
    assert response.context["detail"].guide.walked.path.versions == {"scenario-map": 1}


def test_the_new_slot_counts_what_came_since_the_page_was_made(browser, arrive):
    arrive(read=IRRELEVANT)
    since = browser.get("/inbox/").context["since"]
    url = "/inbox/new-count/"
    assert browser.get(url, {"since": since}).context["new"].count == 0
    arrive(read=DANGER)
    arrive(read=IRRELEVANT)
    new = browser.get(url, {"since": since}).context["new"]
    assert (new.count, new.critical) == (2, 1)
    assert browser.get(url, {"since": since, "severity": "L4"}).context["new"].count == 1
    assert browser.get(url, {"since": "nonsense"}).context["new"].count == 3
    assert "2 new" in browser.get(url, {"since": since}).content.decode()


def test_the_notice_is_empty_while_the_screen_is_true(browser, arrive, pedro):
    triage = arrive(read=IRRELEVANT)
    url = f"/m/{triage.pk}/notice/"
    assert "changed" not in browser.get(url, {"rev": 1}).content.decode()
    assign(triage.pk, to=pedro, rev=1)
    assert "has changed since you opened it" in browser.get(url, {"rev": 1}).content.decode()
    record_decision(triage.pk, by=pedro, disposition="ignore", rev=2, via="console")
    assert "pedro chose Ignore" in browser.get(url, {"rev": 1}).content.decode()


def test_a_row_is_drawn_anew_in_its_place(browser, arrive, maya):
    triage = arrive(read=IRRELEVANT)
    record_decision(triage.pk, by=maya, disposition="ignore", rev=1, via="console")
    page = browser.get(f"/m/{triage.pk}/row/").content.decode()
    assert 'data-state="decided"' in page
    assert f'id="mention-{triage.pk}"' in page


HOSTILE = "<script>alert(1)</script>\u202etxt.exe {{ 7*7 }} \u200b\" onmouseover=x '"


def test_hostile_text_stays_text_wherever_it_is_shown(browser, arrive, maya):
    channel = make_channel("x", name="Channel <b>")
    author = make_author(channel, "<i>@x", display_name=HOSTILE, url="javascript:alert(1)")
    conversation = Conversation.objects.create(channel=channel, external_id="1")
    shared = {"channel": channel, "author": author, "conversation": conversation, "url": "javascript:alert(1)"}
    arrive(HOSTILE, **shared)
    triage = arrive(HOSTILE, read=THANKS, **shared)
    Revision.objects.create(mention=triage.mention, text=HOSTILE, superseded_at=NOON)
    record_decision(triage.pk, by=maya, disposition="ignore", rev=1, via="console", reason=HOSTILE)
    pages = [browser.get(f"/m/{triage.pk}/"), browser.get("/inbox/"), browser.get("/inbox/", {"q": HOSTILE})]
    for page in (response.content.decode() for response in pages):
        assert "<script>alert" not in page
        assert "javascript:" not in page
        assert "\u202e" not in page
        assert "{{ 7*7 }}" in page or "49" not in page


def test_the_conversation_shows_what_came_before_and_after_and_our_answers(browser, arrive):
    channel = make_channel()
    conversation = Conversation.objects.create(channel=channel, external_id="1")
    shared = {"channel": channel, "conversation": conversation}
    before = arrive("Before", posted_at=NOON - timedelta(hours=1), **shared)
    this = arrive("This one", posted_at=NOON, **shared)
    after = arrive("After", posted_at=NOON + timedelta(hours=1), **shared)
    browser.post(f"/m/{before.pk}/decide/", {"disposition": "ignore", "rev": 1})
    browser.post(f"/m/{before.pk}/reply/", {"rev": 2, "text": "Our answer"})
    remarks = browser.get(f"/m/{this.pk}/").context["detail"].conversation
    assert [remark.mention.pk for remark in remarks] == [before.pk, this.pk, after.pk]
    assert [post.text for post in remarks[0].answers] == ["Our answer"]


def test_the_authors_history_shows_the_last_ten_and_where_they_stand(browser, arrive, maya):
    channel = make_channel()
    author = make_author(channel)
    rows = [arrive(channel=channel, author=author, posted_at=NOON + timedelta(minutes=number)) for number in range(12)]
    record_decision(rows[10].pk, by=maya, disposition="ignore", rev=1, via="console")
    history = browser.get(f"/m/{rows[11].pk}/").context["detail"].history
    assert [mention.pk for mention in history] == [row.pk for row in rows[10:0:-1]]
    assert history[0].triage.disposition == "ignore"


def test_the_inbox_costs_the_same_number_of_queries_however_long_it_is(browser, arrive):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/inbox/").status_code == 200
        return len(queries)

    arrive()
    few = cost()
    for _number in range(60):
        arrive()
    assert cost() == few <= 12


def test_a_mention_costs_the_same_number_of_queries_whatever_there_is_to_show(browser, arrive, maya, pedro, lea):
    channel = make_channel()
    author, conversation = make_author(channel), Conversation.objects.create(channel=channel, external_id="1")
    shared = {"channel": channel, "author": author, "conversation": conversation}

    def cost(triage: Triage, **answers) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert htmx(browser, "get", f"/m/{triage.pk}/", answers).status_code == 200
        return len(queries) - SIGN_IN

    lonely = arrive(read=THANKS, **shared)
    few = cost(lonely)
    story = make_story(lonely.mention)
    for _number in range(25):
        arrive(read={"story": story}, **shared)
    crowded = arrive(read=THANKS | {"story": story}, **shared)
    assert cost(crowded) == few
    for number in range(5):
        Revision.objects.create(mention=crowded.mention, text=f"Version {number}", superseded_at=NOON)
        said = {"disposition": "ignore", "rev": number + 1, "via": "console", "reason": REASON}
        record_decision(crowded.pk, by=maya, **said)
    assert cost(crowded) == few + 2 <= 13


def test_the_card_alone_costs_no_more_than_a_dozen_queries_also_with_who_is_called(browser, arrive, maya, pedro, lea):
    triage = arrive(read=DANGER)
    for data in ({}, {"choose": "escalate"}, {"choose": "respond"}):
        with CaptureQueriesContext(connection) as queries:
            htmx(browser, "get", f"/m/{triage.pk}/", data, "decision")
        assert len(queries) - SIGN_IN <= 12


def test_visitors_are_led_to_the_sign_in_page(client, arrive):
    triage = arrive()
    for address in ("/inbox/", f"/m/{triage.pk}/"):
        assert client.get(address).url.startswith("/accounts/login/")


def test_who_may_only_look_is_shown_no_way_to_decide(lea, arrive):
    client = Client()
    client.force_login(lea)
    page = client.get(f"/m/{arrive(read=IRRELEVANT).pk}/").content.decode()
    for key in ("a", "n", "i", "e", "m", "r"):
        assert f'data-key="{key}"' not in page


def test_the_whole_inbox_speaks_german(browser, arrive, maya):
    maya.language = "de"
    maya.save()
    page = browser.get(f"/m/{arrive(read=THANKS).pk}/").content.decode()
    assert "Geht es um uns oder um eines unserer Themen?" in page
    assert "Antworten" in page

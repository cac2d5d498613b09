"""Another unit's mentions are not there: not in the queue, its counts, the search, by address, by act or by API."""

import json
from copy import copy
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Unit, User
from monitoring.models import Mention
from tests.make import NOON, make_channel, make_unit, make_user
from tests.triage.conftest import THANKS, htmx
from triage import inbox
from triage.inbox import Filters
from triage.models import Suggestion, Triage

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum():
    return make_channel("forum", unit=make_unit("germany"))


@pytest.fixture
def press():
    return make_channel("press", unit=make_unit("international"))


@pytest.fixture
def divided(maya, pedro, forum, press) -> None:
    """maya works in Germany, pedro for all."""
    make_unit("germany").members.add(maya)
    Unit.objects.create(slug="central", name="Central", is_central=True).members.add(pedro)


@pytest.fixture
def ours(arrive, forum, divided) -> Triage:
    return arrive("The kettle of the forum cracked.", channel=forum, read=THANKS)


@pytest.fixture
def theirs(arrive, press, ours) -> Triage:
    """A copy of the same text, abroad."""
    return arrive("The kettle of the press cracked.", channel=press, read=THANKS | {"story": ours.mention.story})


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def numbers_in(client: Client, url: str) -> list[int]:
    return [row.pk for row in client.get(url).context["page"].rows]


def test_the_queue_its_count_and_its_channels_are_those_of_my_units(browser, client, pedro, ours, theirs):
    screen = browser.get("/inbox/").context
    assert [row.pk for row in screen["page"].rows] == [ours.pk]
    assert (screen["count"], [slug for slug, _name in screen["channels"]]) == (1, ["forum"])
    client.force_login(pedro)
    screen = client.get("/inbox/").context
    assert {row.pk for row in screen["page"].rows} == {ours.pk, theirs.pk}
    assert (screen["count"], len(screen["channels"])) == (2, 2)


def test_a_search_finds_and_a_filter_shows_only_what_is_mine(browser, ours, theirs):
    assert numbers_in(browser, "/inbox/?q=kettle") == [ours.pk]
    assert numbers_in(browser, "/inbox/?channel=press") == []


def test_of_a_story_that_goes_round_the_world_i_count_what_i_see(maya, pedro, ours, theirs):
    assert inbox.one_row(ours.pk, fresh(maya)).kin == 1
    assert inbox.one_row(ours.pk, fresh(pedro)).kin == 2


def test_what_is_new_abroad_is_not_announced(browser, ours, theirs):
    assert browser.get("/inbox/new-count/").context["new"].count == 1
    assert inbox.newest_opening(fresh(User.objects.get(username="maya"))) == ours.opened_at


@pytest.mark.parametrize("part", ["", "row/", "notice/"])
def test_a_mention_of_another_unit_is_not_there(browser, ours, theirs, part):
    assert browser.get(f"/m/{ours.pk}/{part}").status_code == 200
    assert browser.get(f"/m/{theirs.pk}/{part}").status_code == 404
    assert htmx(browser, "get", f"/m/{theirs.pk}/{part}").status_code == 404


def test_nobody_acts_on_a_mention_of_another_unit(browser, theirs):
    said = {"rev": 1, "disposition": "ignore", "to": "me", "text": "Hello", "reason": "because I want it so"}
    for act in ("decide", "assign", "reply", "posted/1"):
        assert browser.post(f"/m/{theirs.pk}/{act}/", said).status_code == 404, act
    theirs.refresh_from_db()
    assert (theirs.state, theirs.rev, theirs.assignee) == ("open", 1, None)


def test_after_deciding_the_next_mention_is_one_of_mine(maya, ours, theirs):
    assert inbox.next_open(Filters(), fresh(maya), ours) is None


def test_the_api_knows_only_mentions_of_my_units(browser, ours, theirs):
    def listed(query: str = "") -> list[int]:
        return [row["id"] for row in browser.get(f"/api/v1/mentions/{query}").json()["results"]]

    assert listed() == listed("?q=kettle") == listed(f"?story={ours.mention.story_id}") == [ours.pk]
    assert listed("?channel=press") == listed("?assignee=pedro") == []
    assert browser.get(f"/api/v1/mentions/{theirs.pk}/").status_code == 404
    for act, body in {"decision": {"disposition": "ignore", "rev": 1}, "reply": {"text": "Hi", "rev": 1}}.items():
        answer = browser.post(f"/api/v1/mentions/{theirs.pk}/{act}/", body, content_type="application/json")
        assert answer.status_code == 404, act


def test_a_mention_handed_in_for_another_unit_meets_no_such_channel(browser, divided):
    post = {"external_id": "1", "text": "Hello", "posted_at": "2026-11-20T12:00:00Z"}
    posts = [post | {"channel": slug} for slug in ("forum", "press", "nowhere")]
    answer = browser.post("/api/v1/mentions/", json.dumps(posts), content_type="application/json").json()["results"]
    assert [row["status"] for row in answer] == ["created", "rejected", "rejected"]
    assert answer[1]["errors"] == answer[2]["errors"]
    assert Mention.objects.get().channel.slug == "forum"


def test_an_agency_reads_and_fills_the_channels_that_name_it_and_no_other(client, divided, forum, press, ours, theirs):
    alex = make_user("alex", groups=("community_manager",), is_agency=True)
    make_unit("germany").members.add(alex)
    client.force_login(alex)
    assert numbers_in(client, "/inbox/") == []
    press.agency_people.add(alex)
    assert numbers_in(client, "/inbox/") == [theirs.pk]
    assert client.get(f"/m/{ours.pk}/").status_code == 404
    assert [row["slug"] for row in client.get("/api/v1/channels/").json()["results"]] == ["press"]
    post = {"channel": "forum", "external_id": "1", "text": "Hello", "posted_at": "2026-11-20T12:00:00Z"}
    answer = client.post("/api/v1/mentions/", json.dumps(post), content_type="application/json").json()["results"]
    assert answer[0]["status"] == "rejected"


def test_whoever_is_in_no_unit_is_told_so_instead_of_all_clear(client, divided, ours):
    client.force_login(make_user("new", groups=("community_manager",)))
    page = client.get("/inbox/")
    assert page.context["page"].rows == []
    assert "No channel is yours yet" in page.content.decode()


def test_the_limit_costs_no_query_more_than_the_budget(browser, ours, theirs):
    for url, budget in {"/inbox/": 12, "/inbox/?q=kettle": 12}.items():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url).status_code == 200
        assert len(queries) <= budget, url
    with CaptureQueriesContext(connection) as queries:
        htmx(browser, "get", f"/m/{ours.pk}/")
    assert len(queries) <= 16


@pytest.fixture
def long_queue(ours, theirs) -> None:
    """A thousand more that wait, every third of them ours, and a planner that knows it."""
    models = [ours if place % 3 == 0 else theirs for place in range(1000)]
    mentions = Mention.objects.bulk_create(
        Mention(channel_id=row.channel_id, external_id=f"more-{place}", text="More", posted_at=NOON, received_at=NOON)
        for place, row in enumerate(models)
    )
    suggestions = Suggestion.objects.bulk_create(copy_of(ours.suggestion, mention) for mention in mentions)
    Triage.objects.bulk_create(
        Triage(
            mention=suggestion.mention,
            channel_id=suggestion.mention.channel_id,
            suggestion=suggestion,
            severity="L1",
            due_at=NOON + timedelta(seconds=place),
            opened_at=NOON,
            updated_at=NOON,
        )
        for place, suggestion in enumerate(suggestions)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE triage_triage, monitoring_mention")


def copy_of(suggestion: Suggestion, mention: Mention) -> Suggestion:
    twin = copy(suggestion)
    twin.pk, twin.mention = None, mention
    return twin


def plan_of(person: User) -> str:
    """How the first page of the queue is read."""
    return inbox.matching(Filters(), fresh(person)).order_by(*inbox.OPEN_ORDER)[:50].explain()


def test_the_queue_is_read_by_its_index_with_and_without_the_limit(maya, pedro, long_queue):
    limited, central = plan_of(maya), plan_of(pedro)
    assert "Index Scan using queue_" in limited
    assert "channel_id" in limited
    assert "queue_open" in central
    assert "channel_id" not in central
    assert "Sort" not in limited + central

"""The page about channels: what came in, what became of it, and what is wrong, in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crisis.engine_health import Part, beat
from monitoring.channels.validate import parse_mention
from monitoring.deliveries import take_in
from monitoring.models import Channel, Mention, RawDelivery
from monitoring.readings import read_due
from playbooks.starter.load import load_starter
from reports.channel_health import channel_rows
from reports.missing_facts import missing_facts
from tests.make import make_channel
from triage.facts import NOT_YET
from triage.suggest import suggest_new

URL = "/monitoring/"


@pytest.fixture
def channel(db) -> Channel:
    load_starter(timezone.now())
    return make_channel("mastodon", name="Mastodon")


def arrive(channel: Channel, *ids: str) -> None:
    posted_at = timezone.now().isoformat()
    raw = [{"external_id": name, "text": f"Post {name}", "posted_at": posted_at} for name in ids]
    take_in(channel, "api", raw, [parse_mention(item) for item in raw])


def row_of(channel: Channel):
    (row,) = [row for row in channel_rows(timezone.now()) if row.health.channel == channel]
    return row


def figures(channel: Channel) -> tuple[int, int, int, int]:
    row = row_of(channel)
    return row.health.counts.received, row.health.counts.stored, row.suggested, row.waiting


def test_what_came_in_is_followed_from_stage_to_stage(channel):
    arrive(channel, "a", "b", "c")
    assert figures(channel) == (3, 3, 0, 3)
    read_due(2)
    assert figures(channel) == (3, 3, 0, 3)
    suggest_new()
    assert figures(channel) == (3, 3, 2, 1)
    read_due()
    suggest_new()
    assert figures(channel) == (3, 3, 3, 0)


def test_a_duplicate_is_received_and_not_stored_again(channel):
    arrive(channel, "a")
    arrive(channel, "a")
    assert figures(channel)[:2] == (2, 1)
    assert row_of(channel).health.is_balanced


def test_what_is_older_than_a_day_does_not_count_but_still_waits(channel):
    arrive(channel, "a")
    yesterday = timezone.now() - timedelta(hours=25)
    Mention.objects.update(received_at=yesterday)
    RawDelivery.objects.update(received_at=yesterday)
    assert figures(channel) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("fields", "tone", "word"),
    [
        ({}, "ok", "Working"),
        ({"state": Channel.State.PAUSED, "error": "x"}, "", "Paused"),
        ({"error": "The feed answers 500."}, "danger", "Failing"),
        ({"kind": "feed", "last_success_at": timedelta(minutes=7)}, "warning", "Late"),
        ({"kind": "feed", "last_success_at": timedelta(minutes=5)}, "ok", "Working"),
        ({"gap_since": timedelta(hours=1)}, "warning", "With a gap"),
    ],
)
def test_the_worst_that_is_true_is_said_in_a_word(channel, fields, tone, word):
    now = timezone.now()
    values = {name: now - value if isinstance(value, timedelta) else value for name, value in fields.items()}
    Channel.objects.filter(pk=channel.pk).update(**values)
    found_tone, found_word = row_of(channel).state
    assert (found_tone, str(found_word)) == (tone, word)


def test_a_delivery_that_was_never_stored_is_called_incomplete(channel):
    arrive(channel, "a")
    RawDelivery.objects.update(items=5)
    assert str(row_of(channel).state[1]) == "Incomplete"


def test_many_channels_cost_no_more_queries_than_one(channel, django_assert_num_queries):
    with django_assert_num_queries(7):
        channel_rows(timezone.now())
    for number in range(20):
        arrive(make_channel(f"more-{number}"), "a", "b")
    with django_assert_num_queries(7):
        assert len(channel_rows(timezone.now())) == 21


def test_the_page_shows_figures_errors_and_gaps_escaped(client, lea, channel):
    arrive(channel, "a")
    Channel.objects.update(error="<b>no</b> answer \u202e", gap_since=timezone.now())
    client.force_login(lea)
    page = client.get(URL).content.decode()
    assert "&lt;b&gt;no&lt;/b&gt; answer" in page
    assert "U+202E" in page
    assert "something may be missing" in page


def test_private_addresses_that_may_be_fetched_are_shown(client, lea, settings):
    client.force_login(lea)
    assert "OUTBOUND_ALLOW" not in client.get(URL).content.decode()
    settings.OUTBOUND_ALLOW = ["127.0.0.1:9999"]
    assert "127.0.0.1:9999" in client.get(URL).content.decode()


def test_every_fact_that_cannot_be_computed_yet_is_named_once(client, lea):
    client.force_login(lea)
    page = client.get(URL).content.decode()
    assert len(missing_facts()) == len(NOT_YET) > 0
    for fact in missing_facts():
        assert page.count(f"<dt>{fact.label[:1].upper()}{fact.label[1:]}</dt>") == 1


def test_only_the_facts_asked_about_are_named():
    key = next(iter(NOT_YET))
    assert [fact.key for fact in missing_facts({key: NOT_YET[key]})] == [key]


def test_the_state_of_the_pager_is_told(client, lea):
    client.force_login(lea)
    assert "Pages do not go out" in client.get(URL).content.decode()
    for part in Part:
        beat(part)
    assert "Pages go out in time" in client.get(URL).content.decode()


def test_a_console_without_channels_says_so(client, lea):
    client.force_login(lea)
    assert "No channel yet" in client.get(URL).content.decode()

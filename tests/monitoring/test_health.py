from datetime import timedelta

import pytest
from django.utils import timezone

from monitoring.channels.protocol import IncomingMention
from monitoring.channels.validate import parse_mention
from monitoring.deliveries import take_in
from monitoring.health import channel_health
from monitoring.ingest import keep_delivery
from monitoring.models import Mention, RawDelivery
from tests.make import NOON, make_channel

pytestmark = pytest.mark.django_db


def posts(*ids: str) -> list[IncomingMention]:
    return [IncomingMention(external_id, text="Hi", posted_at=NOON) for external_id in ids]


def deliver(channel, *ids: str) -> None:
    take_in(channel, "api", [{} for _ in ids], posts(*ids))


def health_of(channel):
    (health,) = channel_health(timezone.now(), [channel])
    return health


def test_received_is_stored_when_all_is_well():
    channel = make_channel()
    deliver(channel, "a", "b")
    deliver(channel, "b", "c")
    health = health_of(channel)
    assert (health.counts.received, health.counts.created, health.counts.duplicates) == (4, 3, 1)
    assert health.counts.stored == 3
    assert health.is_balanced
    assert health.is_well


def test_only_the_last_day_counts():
    channel = make_channel()
    deliver(channel, "a")
    yesterday = timezone.now() - timedelta(hours=25)
    RawDelivery.objects.update(received_at=yesterday)
    Mention.objects.update(received_at=yesterday)
    deliver(channel, "b")
    assert (health_of(channel).counts.received, health_of(channel).counts.stored) == (1, 1)


def test_a_delivery_that_nobody_finished_shows():
    channel = make_channel()
    keep_delivery(channel, "api", [{}, {}])
    assert health_of(channel).counts.unaccounted == 2
    assert not health_of(channel).is_well


def test_a_mention_that_vanished_shows():
    channel = make_channel()
    deliver(channel, "a", "b")
    Mention.objects.filter(external_id="a").delete()
    assert health_of(channel).counts.missing == 1
    assert not health_of(channel).is_balanced


@pytest.mark.parametrize(
    ("kind", "minutes", "late"), [("feed", 5, False), ("feed", 7, True), ("feed", None, False), ("api", 99, False)]
)
def test_a_polled_channel_is_late_after_three_of_its_intervals(kind, minutes, late):
    heard = None if minutes is None else timezone.now() - timedelta(minutes=minutes)
    health = health_of(make_channel(kind=kind, last_success_at=heard))
    assert health.is_late is late
    assert (health.lag is None) is (kind == "api" or minutes is None)


def test_an_error_or_a_gap_is_not_well():
    assert not health_of(make_channel(error="The feed cannot be read.")).is_well
    assert not health_of(make_channel(gap_since=NOON)).is_well


def test_health_takes_four_queries_for_any_number_of_channels(django_assert_num_queries):
    for _ in range(5):
        deliver(make_channel(), "a")
    with django_assert_num_queries(4):
        assert len(channel_health(timezone.now())) == 5


def test_why_mentions_were_rejected_is_said_the_most_frequent_first():
    channel = make_channel()
    raw = [{"external_id": "1"}, {"external_id": "2", "posted_at": "2026-11-20T08:15:00Z"}, {}]
    take_in(channel, "api", raw, [parse_mention(item) for item in raw])
    first, *_others = health_of(channel).rejections
    assert (first.in_words(), first.count) == ("text: This field is required.", 3)

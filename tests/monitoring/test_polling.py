import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from monitoring import polling
from monitoring.models import Channel, Mention, RawDelivery
from monitoring.polling import poll_due
from monitoring.tasks import POLLING, poll_channels
from tests.loopback import Answer, Asked, Loopback, serving
from tests.make import make_channel
from tests.monitoring.test_feed import item, rss

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def news(settings):
    answers = {"/feed": Answer(body=rss(item("1"), item("2")))}
    with serving(lambda asked: answers[asked.path]) as server:
        settings.OUTBOUND_ALLOW = [server.host_port]
        server.answers = answers
        yield server


def make_feed(server: Loopback, slug: str = "news", **fields) -> Channel:
    fields = {"kind": "feed", "address": server.url("/feed"), "next_poll_at": datetime.now(UTC)} | fields
    return make_channel(slug, **fields)


def due_again(channel: Channel) -> Channel:
    Channel.objects.filter(pk=channel.pk).update(next_poll_at=datetime.now(UTC) - timedelta(seconds=1))
    channel.refresh_from_db()
    return channel


def pause_of(channel: Channel) -> timedelta:
    channel.refresh_from_db()
    return channel.next_poll_at - channel.last_attempt_at


def test_a_due_feed_is_asked_and_its_entries_are_stored_once(news):
    channel = make_feed(news)
    assert poll_due() == 1
    assert poll_due() == 0
    assert set(Mention.objects.values_list("external_id", flat=True)) == {"1", "2"}
    channel.refresh_from_db()
    assert channel.cursor
    assert channel.error == ""
    assert channel.last_success_at == pytest.approx(datetime.now(UTC), abs=timedelta(seconds=20))
    assert channel.lease_token is None
    assert timedelta(seconds=100) < pause_of(channel) < timedelta(seconds=140)
    due_again(channel)
    assert poll_due() == 1
    assert Mention.objects.count() == 2
    assert RawDelivery.objects.count() == 1


def test_what_was_delivered_is_kept_and_accounted_for(news):
    make_feed(news)
    poll_due()
    delivery = RawDelivery.objects.get()
    assert (delivery.origin, delivery.items, delivery.created) == ("poll", 2, 2)
    assert {entry["key"] for entry in delivery.body} == {"1", "2"}


def test_paused_channels_other_kinds_and_those_not_due_are_left_alone(news):
    make_feed(news, "paused", state="paused")
    make_feed(news, "pushed", kind="api")
    make_feed(news, "later", next_poll_at=datetime.now(UTC) + timedelta(hours=1))
    make_feed(news, "never", next_poll_at=None)
    make_feed(news, "leased", lease_until=datetime.now(UTC) + timedelta(hours=1))
    assert poll_due() == 0
    assert news.asked == []


def test_a_lapsed_lease_is_taken_over(news):
    make_feed(news, lease_until=datetime.now(UTC) - timedelta(seconds=1))
    assert poll_due() == 1


def test_an_error_stands_on_the_row_and_puts_off_the_next_poll_further_each_time(news):
    channel = make_feed(news)
    news.answers["/feed"] = Answer(500)
    pauses = []
    for _ in range(7):
        due_again(channel)
        assert poll_due() == 1
        pauses.append(round(pause_of(channel).total_seconds()))
    assert channel.failures == 7
    assert channel.error_in_words() == "The server answers with an error. (HTTP 500)"
    assert channel.last_success_at is None
    assert channel.lease_token is None
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (120, 3600)
    news.answers["/feed"] = Answer(body=rss(item("1")))
    due_again(channel)
    poll_due()
    channel.refresh_from_db()
    assert (channel.failures, channel.error) == (0, "")
    assert Mention.objects.count() == 1


def test_retry_after_is_honoured(news):
    channel = make_feed(news)
    news.answers["/feed"] = Answer(429, headers={"Retry-After": "7200"})
    poll_due()
    assert timedelta(minutes=119) < pause_of(channel) < timedelta(minutes=122)


def test_a_feed_that_is_gone_for_good_is_asked_once_a_day(news):
    channel = make_feed(news)
    news.answers["/feed"] = Answer(410)
    poll_due()
    assert pause_of(channel) > timedelta(hours=23)


def test_a_private_address_is_an_error_on_the_row(news, settings):
    settings.OUTBOUND_ALLOW = []
    channel = make_feed(news)
    poll_due()
    channel.refresh_from_db()
    assert "private network" in channel.error
    assert news.asked == []


def test_a_bug_is_an_error_on_the_row_too_and_nothing_is_lost(news, monkeypatch):
    channel = make_feed(news)

    def fail(*args, **kwargs):
        raise RuntimeError("out of order")

    monkeypatch.setattr(polling, "ingest", fail)
    poll_due()
    channel.refresh_from_db()
    assert channel.error_detail == "RuntimeError: out of order"
    assert channel.cursor == ""
    monkeypatch.undo()
    due_again(channel)
    poll_due()
    assert Mention.objects.count() == 2


def test_a_long_feed_is_taken_in_batches_with_a_cursor_each(news, monkeypatch):
    monkeypatch.setattr(polling, "ITEMS", 10)
    news.answers["/feed"] = Answer(body=rss(*(item(str(n), f"Title {n}") for n in range(35))))
    make_feed(news)
    assert poll_due() == 1
    assert Mention.objects.count() == 35
    assert len(news.asked) == 4
    assert RawDelivery.objects.count() == 4


def test_a_gap_is_noted_with_the_time_it_was_first_seen(news):
    channel = make_feed(news)
    poll_due()
    news.answers["/feed"] = Answer(body=rss(item("8"), item("9")))
    due_again(channel)
    poll_due()
    channel.refresh_from_db()
    first = channel.gap_since
    assert first is not None
    news.answers["/feed"] = Answer(body=rss(item("18"), item("19")))
    due_again(channel)
    poll_due()
    channel.refresh_from_db()
    assert channel.gap_since == first


def test_who_lost_the_channel_while_asking_stores_nothing(news):
    channel = make_feed(news)
    body = rss(item("1"))

    def taken_over(asked: Asked) -> Answer:
        Channel.objects.filter(pk=channel.pk).update(lease_token=None)
        connections.close_all()
        return Answer(body=body)

    news.answer = taken_over
    assert poll_due() == 1
    assert not Mention.objects.exists()
    channel.refresh_from_db()
    assert channel.cursor == ""


def test_many_workers_ask_each_channel_once(news):
    for number in range(12):
        make_feed(news, f"news-{number}")
    threads = [threading.Thread(target=lambda: (poll_due(), connections.close_all())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(news.asked) == 12
    assert Mention.objects.count() == 24


def test_a_slow_server_takes_one_thread_of_a_worker_only(news):
    make_feed(news)
    with POLLING:
        poll_channels()
    assert news.asked == []
    poll_channels()
    assert len(news.asked) == 1

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.utils import timezone

from accounts.models import CallCount
from monitoring import hooks
from monitoring.models import Channel, Mention, RawDelivery, SigningSecret
from monitoring.pushed import TRIES, read_pushed
from plumbing.standard_webhooks import new_secret, signed_headers
from tests.make import make_channel

pytestmark = pytest.mark.django_db
SECRET = new_secret()
NOTHING = timedelta()
URL = "/hooks/partner/"


@pytest.fixture
def channel() -> Channel:
    row = make_channel("partner", kind="webhook")
    SigningSecret.objects.create(channel=row, value=SECRET)
    return row


def post(external_id: str = "1", **fields: Any) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "text": "The kettle arrived cracked.",
        "posted_at": "2026-11-20T08:15:00Z",
    } | fields


def send(
    data: Any, *, key: str = "msg_1", secret: str = SECRET, age=NOTHING, headers=None, url: str = URL, **more: Any
):
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    signed = signed_headers(key, body, [secret], timezone.now() - age)
    more.setdefault("content_type", "application/json")
    return Client(enforce_csrf_checks=True).post(url, body, headers=signed | (headers or {}), **more)


def read_all() -> int:
    count = 0
    while read_pushed():
        count += 1
    return count


def assert_refused(answer, status: int) -> None:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == status
    assert not RawDelivery.objects.exists()


def test_a_signed_mention_is_kept_answered_and_then_read(channel):
    answer = send(post())
    assert (answer.status_code, answer.json()) == (202, {"status": "received", "mentions": 1, "rejected": []})
    assert not Mention.objects.exists()
    assert read_all() == 1
    mention, delivery = Mention.objects.get(), RawDelivery.objects.get()
    assert (mention.channel, mention.external_id, mention.received_at) == (channel, "1", delivery.received_at)
    assert (delivery.origin, delivery.key, delivery.items, delivery.created) == ("webhook", "msg_1", 1, 1)
    channel.refresh_from_db()
    assert channel.received == 1
    assert channel.last_success_at


@pytest.mark.parametrize(
    "body", [[post("1"), post("2")], {"type": "mention.created", "data": [post("1"), post("2")], "timestamp": "x"}]
)
def test_a_list_and_an_event_are_taken_too(channel, body):
    assert send(body).json()["mentions"] == 2
    read_all()
    assert Mention.objects.count() == 2


def test_a_replayed_id_is_answered_as_received_and_read_once(channel):
    send(post())
    read_all()
    again = send(post("2"))
    assert (again.status_code, again.json()) == (200, {"status": "already received"})
    assert read_all() == 0
    assert Mention.objects.count() == 1


def test_an_id_counts_per_channel(channel):
    SigningSecret.objects.create(channel=make_channel("other", kind="webhook"), value=SECRET)
    assert send(post()).status_code == send(post(), url="/hooks/other/").status_code == 202


def test_what_is_wrong_with_a_mention_is_answered_kept_and_does_not_hold_up_the_others(channel):
    rows = [post("1"), post("2", text="nul \x00"), "no object", post("3", channel="elsewhere"), post("4")]
    answer = send(rows)
    assert [(row["external_id"], row["errors"][0]["field"]) for row in answer.json()["rejected"]] == [
        ("2", "text"), ("", ""), ("3", "channel")
    ]  # fmt: skip
    read_all()
    delivery = RawDelivery.objects.get()
    assert (delivery.items, delivery.created, delivery.rejected) == (5, 2, 3)
    assert [entry["place"] for entry in delivery.refused] == [1, 2, 3]
    assert set(Mention.objects.values_list("external_id", flat=True)) == {"1", "4"}


def test_mentions_of_one_channel_are_read_in_the_order_in_which_they_came(channel):
    send(post(), key="a")
    send(post(text="Edited."), key="b")
    read_all()
    assert Mention.objects.get().text == "Edited."
    assert list(RawDelivery.objects.order_by("id").values_list("created", "updated")) == [(1, 0), (0, 1)]


@pytest.mark.parametrize(
    "change",
    [
        {"secret": new_secret()},
        {"headers": {"webhook-signature": "v1,AAAA"}},
        {"headers": {"webhook-id": ""}},
        {"age": timedelta(minutes=6)},
        {"age": -timedelta(minutes=6)},
        {"url": "/hooks/nowhere/"},
        {"url": "/hooks/by-api/"},
    ],
)
def test_without_a_good_signature_nothing_is_kept(channel, change):
    SigningSecret.objects.create(channel=make_channel("by-api"), value=SECRET)
    assert_refused(send(post(), **change), 401)


def test_both_secrets_are_good_until_the_old_one_is_retired(channel):
    new = SigningSecret.objects.create(channel=channel, value=new_secret())
    assert send(post(), key="a").status_code == send(post(), key="b", secret=new.value).status_code == 202
    channel.signing_secrets.filter(value__isnull=False).exclude(pk=new.pk).retire()
    assert send(post(), key="c").status_code == 401
    new.refresh_from_db()
    assert new.last_used_at


def test_a_secret_for_sending_opens_nothing(channel):
    channel.signing_secrets.update(use=SigningSecret.Use.SEND)
    assert_refused(send(post()), 401)


@pytest.mark.parametrize(
    ("data", "change", "status"),
    [
        (b"{not json", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"[" * 200_000, {}, 400),
        ([post(str(number)) for number in range(1001)], {}, 413),
        (post(), {"content_type": "text/plain"}, 415),
        (post(), {"headers": {"content-encoding": "gzip"}}, 415),
        (post(), {"headers": {"transfer-encoding": "chunked"}}, 411),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(channel, data, change, status):
    assert_refused(send(data, **change), status)


def test_a_broken_body_that_was_signed_shows_on_the_channel(channel):
    send(b"{not json")
    channel.refresh_from_db()
    assert channel.error_in_words() == "The body is not JSON."
    send(post(), key="b")
    read_all()
    channel.refresh_from_db()
    assert not channel.error


def test_fifty_megabytes_are_refused_before_they_are_read(channel):
    class Endless(io.RawIOBase):
        def read(self, *size: int) -> bytes:
            raise AssertionError("the body was read")

    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": URL, "SERVER_NAME": "testserver", "SERVER_PORT": "80"}
    environ |= {"CONTENT_LENGTH": str(50_000_000), "CONTENT_TYPE": "application/json", "wsgi.input": Endless()}
    handler = BaseHandler()
    handler.load_middleware()
    assert_refused(handler.get_response(WSGIRequest(environ | {"wsgi.url_scheme": "http"})), 413)


def test_a_paused_channel_asks_to_come_back(channel):
    Channel.objects.update(state="paused")
    answer = send(post())
    assert_refused(answer, 503)
    assert answer["Retry-After"]


def test_looking_is_not_answered_and_nobody_signs_in(channel):
    answer = Client().get(URL)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_who_guesses_is_slowed_down_and_others_are_not(channel, monkeypatch):
    monkeypatch.setattr(hooks, "MOST_REFUSED", 2)
    for _ in range(2):
        assert send(post(), secret=new_secret()).status_code == 401
    refused = send(post())
    assert_refused(refused, 429)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert send(post(), REMOTE_ADDR="192.0.2.7").status_code == 202


def test_who_guesses_with_many_addresses_of_one_ipv6_network_is_one_guesser(channel, monkeypatch):
    monkeypatch.setattr(hooks, "MOST_REFUSED", 2)
    for number in range(2):
        send(post(), secret=new_secret(), REMOTE_ADDR=f"2001:db8::{number}")
    assert send(post(), REMOTE_ADDR="2001:db8::ffff").status_code == 429


def test_who_makes_up_channels_fills_no_table(channel):
    for number in range(300):
        send(post(), url=f"/hooks/made-up-{number}/")
    assert CallCount.objects.count() <= 256


def test_a_delivery_that_cannot_be_read_waits_and_is_given_up_in_sight(channel, monkeypatch):
    send(post())
    Channel.objects.update(kind="api")
    for _ in range(TRIES):
        assert read_pushed()
        RawDelivery.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    delivery = RawDelivery.objects.get()
    assert (delivery.attempts, delivery.due_at) == (TRIES, None)
    assert "no channel that is called" in delivery.error
    assert not read_pushed()


def test_taking_a_delivery_costs_the_same_however_many_mentions_it_holds(channel, django_assert_num_queries):
    SigningSecret.objects.update(last_used_at=timezone.now())
    with django_assert_num_queries(10):
        send([post(str(number)) for number in range(200)])

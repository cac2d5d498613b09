"""Webhooks that attack a running console: refused with a reason, nothing stored, within a second and 100 MB."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import CallCount
from monitoring.models import Mention, RawDelivery, SigningSecret
from monitoring.pushed import read_pushed
from plumbing.standard_webhooks import new_secret, signed_headers
from tests.hostile.attack import MEGABYTE, PROBLEM, Answer, Attacker, cheap
from tests.make import make_channel

GOOD = {"external_id": "1", "text": "Hi there", "posted_at": "2026-11-20T08:15:00Z"}
SECRET = new_secret()
PATH = "/hooks/partner/"


@pytest.fixture
def partner(attacker: Attacker) -> Attacker:
    SigningSecret.objects.create(channel=make_channel("partner", kind="webhook"), value=SECRET)
    CallCount.objects.all().delete()
    return attacker


def push(attacker: Attacker, body: Any, key: str = "msg_1", secret: str = SECRET, age: int = 0, **more: str) -> Answer:
    """As somebody who signs `body` with `secret` so many seconds ago."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = signed_headers(key, content, [secret], timezone.now() - timedelta(seconds=age))
    return attacker.send(content, PATH, headers=signed | {"Authorization": ""} | more)


def test_a_bad_an_old_and_a_replayed_signature(partner):
    body = json.dumps(GOOD).encode()
    stolen = signed_headers("msg_1", body, [SECRET], timezone.now())
    tampered = partner.send(body.replace(b"Hi", b"Ho"), PATH, headers=stolen)
    renamed = partner.send(body, PATH, headers=stolen | {"webhook-id": "msg_2"})
    refused = [
        tampered, renamed, push(partner, GOOD, secret=new_secret()), push(partner, GOOD, age=301),
        push(partner, GOOD, age=-301), partner.send(body, PATH),
        push(partner, b"x" * 4 * MEGABYTE, secret=new_secret()),
    ]  # fmt: skip
    for answer in refused:
        assert (answer.status, answer.kind) == (401, PROBLEM)
        assert answer.body["title"]
        assert cheap(answer), answer
    assert not RawDelivery.objects.exists()
    assert partner.send(body, PATH, headers=stolen).status == 202
    replayed = partner.send(body, PATH, headers=stolen)
    assert (replayed.status, replayed.body) == (200, {"status": "already received"})
    while read_pushed():
        pass
    assert Mention.objects.count() == RawDelivery.objects.count() == 1


def test_signed_nonsense(partner):
    no_json = [b"{", b"\xff\xfe{}", b"[" * 200_000, b"\x00" * 1_000, b'{"text": NaN}']
    for number, body in enumerate(no_json):
        answer = push(partner, body, key=f"no_json_{number}")
        assert answer.status == 400 or answer.body["rejected"], body[:40]
        assert cheap(answer), (body[:40], answer)
    many = push(partner, [GOOD | {"external_id": str(number)} for number in range(1_001)])
    assert (many.status, many.kind) == (413, PROBLEM)
    assert cheap(many)
    wrong = {"text": "x" * MEGABYTE, "url": "a\x00b", "posted_at": 17, "author": [], "engagement": {"likes": "many"}}
    for field, value in wrong.items():
        answer = push(partner, GOOD | {field: value}, key=f"wrong_{field}")
        (rejected,) = answer.body["rejected"]
        assert any(error["field"].startswith(field) and error["reason"] for error in rejected["errors"]), field
        assert cheap(answer), (field, answer)
    while read_pushed():
        pass
    assert not Mention.objects.exists()

"""Broken mentions sent to a running console: each is refused by field and reason, nothing is stored, nobody waits."""

import gzip
import json
from typing import Any

import pytest

from monitoring.models import Channel, Mention
from tests.hostile.attack import HUNG_UP, MEGABYTE, PROBLEM, Attacker, cheap, endless, is_told, nothing_stored
from tests.make import make_channel

GOOD = {"channel": "main", "external_id": "1", "text": "Hi there", "posted_at": "2026-11-20T08:15:00Z"}
TEXTS = ("channel", "external_id", "text", "posted_at", "url", "language", "kind", "revision", "visibility")
REPLIES = ("in_reply_to", "conversation")
INNER = tuple(f"author.{name}" for name in ("external_id", "handle", "display_name", "url"))
COUNTS = ("author.followers", *(f"engagement.{name}" for name in ("likes", "shares", "replies", "views")))
NAMED = {"external_id", "revision", "in_reply_to", "conversation", "author.external_id"}  # a number is a name, too
FLAGS = ("deleted", "author.verified")
NO_TEXT = ([], {}, True, 1.5, ["a"], {"a": 1})
TOO_LONG = {"external_id": 501, "url": 2_001, "kind": 33, "language": 13, "revision": 201, "in_reply_to": 501}
TIMES = (
    "yesterday", "2026-11-20", "2026-11-20T08:15:00", "2026-02-30T00:00:00Z", "99999-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00", "1066-10-14T00:00:00Z", "1969-12-31T23:59:59Z", "2026-11-20T08:15:00+99:99", "1e9", "",
)  # fmt: skip
ADDRESSES = ("javascript:alert(1)", "data:text/html,x", "//evil.example", "http://", "http://[::1", "http://a b/", "x")


def with_value(field: str, value: Any) -> dict[str, Any]:
    outer, _dot, inner = field.partition(".")
    whole = {"external_id": "a", inner: value} if outer == "author" else {inner: value}
    return GOOD | {outer: whole if inner else value}


def wrong() -> list[tuple[str, Any]]:
    """(field, value) of every field with every type that it is not, too long, out of range, or not storable."""
    texts = [(field, value) for field in (*TEXTS, *REPLIES, *INNER) for value in NO_TEXT]
    texts += [(field, 17) for field in (*TEXTS, *REPLIES, *INNER) if field not in NAMED]
    counts = [(field, value) for field in COUNTS for value in ("1", -1, 1.5, True, [], {}, 10**30, "NaN")]
    flags = [(field, value) for field in FLAGS for value in ("true", 1, 0, [], {})]
    objects = [(field, value) for field in ("author", "engagement") for value in ("x", 1, [], True)]
    lists = [("attachments", value) for value in ("x", 1, {}, ["x"], [1], [[]], [{"url": "javascript:x"}])]
    lists += [("attachments", [{}] * 51), ("attachments", [{"description": "\x00"}])]
    unstorable = [
        (field, value) for field in (*TEXTS, *REPLIES, *INNER) for value in ("a\x00b", "\ud800", "\udfff", "a\udc80b")
    ]
    long = [(field, "x" * length) for field, length in TOO_LONG.items()]
    long += [("text", "x" * MEGABYTE), ("author.handle", "x" * 301), ("author.url", "http://a.example/" + "x" * 2_000)]
    times = [("posted_at", value) for value in TIMES]
    addresses = [(field, value) for field in ("url", "author.url") for value in ADDRESSES]
    private = [("visibility", value) for value in ("private", "followers", "PUBLIC")]
    missing = [(field, None) for field in ("channel", "external_id", "text", "posted_at")]
    elsewhere = [("channel", value) for value in ("nowhere", "Main", " main", "main\n", "x" * 5_000)]
    named = (texts, counts, flags, objects, lists, unstorable, long, times, addresses, private, missing, elsewhere)
    return [one for several in named for one in several]


@pytest.fixture
def main(transactional_db) -> Channel:
    return make_channel("main")


def test_every_field_refuses_what_it_is_not_by_name_and_reason(attacker: Attacker, main):
    tried = wrong()
    answer = attacker.send(json.dumps([with_value(*one) for one in tried]).encode())
    assert answer.status == 200
    assert cheap(answer)
    told = [
        (field, repr(value)[:60], result)
        for (field, value), result in zip(tried, answer.body["results"], strict=True)
        if result["status"] != "rejected"
        or not any(error["field"] == field and error["reason"] for error in result["errors"])
    ]
    assert not told
    assert nothing_stored()
    main.refresh_from_db()
    assert (main.received, main.rejected) == (len(tried) - unaddressed(tried), len(tried) - unaddressed(tried))


def unaddressed(tried: list[tuple[str, Any]]) -> int:
    """Those that are no channel's: refused without a delivery."""
    return sum(field == "channel" for field, _value in tried)


NO_JSON = (
    b"{", b"nonsense", b"[1,", b"\xff\xfe{}", b"\xef\xbb\xbf{", b'{"text": "\xff"}', b'{"text": NaN}', b"[Infinity]",
    b"[" * 200_000, b'{"a":' * 100_000, b"\x00" * 1_000, b'{"a": ' + b"9" * 5_000 + b"}",
    '{"text": "ä"}'.encode("utf-16"), gzip.compress(json.dumps(GOOD).encode()),
)  # fmt: skip


def test_what_is_no_json_is_a_problem_with_its_reason(attacker: Attacker, main):
    for body in NO_JSON:
        answer = attacker.send(body)
        assert (answer.status, answer.kind) == (400, PROBLEM), body[:40]
        assert answer.body["title"]
        assert cheap(answer), (body[:40], answer)
    assert nothing_stored()


def test_too_many_or_too_much_is_refused_at_once(attacker: Attacker, main):
    many = attacker.send(json.dumps([GOOD | {"external_id": str(n)} for n in range(1_001)]).encode())
    long = attacker.send(json.dumps(GOOD | {"text": "x" * MEGABYTE}).encode())
    deep = attacker.send(json.dumps(GOOD | {"unused": json.loads("[" * 400 + "]" * 400)}).encode())
    assert (many.status, many.kind) == (413, PROBLEM)
    assert "1000" in many.body["title"].replace(",", "")
    assert is_told(long, "text")
    assert is_told(deep, "")
    assert all(map(cheap, (many, long, deep)))
    assert nothing_stored()


def test_a_body_that_does_not_end_is_not_kept_in_memory(attacker: Attacker, main):
    announced = attacker.send(b"[" + b" " * (61 * MEGABYTE))
    chunked = attacker.send(endless(b"[1,", 61))  # without a length: in chunks
    for answer in (announced, chunked):
        assert answer.status in (411, 413, HUNG_UP)
        assert cheap(answer), answer
    assert nothing_stored()


def test_another_type_than_json_is_refused(attacker: Attacker, main):
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense"):
        answer = attacker.send(json.dumps(GOOD).encode(), headers={"Content-Type": kind})
        assert (answer.status, answer.kind) == (415, PROBLEM), kind
    assert nothing_stored()


NO_REQUESTS = (
    b"GET /\x00 HTTP/1.1", b"GET /inbox/?q=\x00 HTTP/1.1", b"G\x00T / HTTP/1.1", b"GET / HTTP/9.9", b"nonsense",
    b"POST /api/v1/mentions/ HTTP/1.1\r\nContent-Length: -1", b"GET / HTTP/1.1\r\nHost: evil.example",
    b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000, b"GET /" + b"a" * 200_000 + b" HTTP/1.1",
    b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid=\xff\x00",
    b"GET /inbox/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \xff\xfe",
)  # fmt: skip


def test_requests_that_no_client_would_write_are_refused(attacker: Attacker):
    for request in NO_REQUESTS:
        status = attacker.raw(request + b"\r\nConnection: close\r\n\r\n")
        assert not status or status.split()[1].startswith((b"3", b"4")), (request[:60], status)
    assert attacker.send(path="/healthz", method="GET").status == 200


def test_a_good_mention_is_still_taken_in(attacker: Attacker, main):
    assert attacker.send(json.dumps(GOOD).encode()).body["results"][0]["status"] == "created"
    assert Mention.objects.get().text == GOOD["text"]

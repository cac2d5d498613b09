"""Nonsense at every address there is: a refusal or an answer, never a fault of ours."""

import json
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.accounts.rights import ADA, PEDRO, VISITOR, World, make_world
from tests.accounts.test_rights import RIGHTS

QUERIES = (
    "a%00b", "%ff%fe", "%ed%a0%80", "9" * 5_000, "9" * 40, "-1", "NaN", "0001-01-01T00:00:00Z",
    "99999-01-01T00:00:00Z", "2026-11-20T08:15:00%2B99:99", "%27+OR+1=1+--",
)  # fmt: skip
ASKED = (
    "q", "view", "channel", "severity", "cursor", "state", "disposition", "assignee", "story", "since", "subject",
    "rev", "ask", "choose", "answer:scenario-map/danger", "answer:", "page_size", "limit", "format", "token", "next",
)  # fmt: skip
FIELDS = (
    "rev", "text", "reason", "disposition", "severity", "answers", "language", "template", "assignee", "comment",
    "name", "login", "password", "email", "time_zone", "theme", "oldpassword", "ids", "answer:scenario-map/danger",
    "external_id", "channel", "posted_at", "author", "roles", "title", "until", "choice", "next", "\x00",
)  # fmt: skip
TYPED = ("\x00", "a\x00b", "\u202e\u200b", "9" * 400, "-1", "1e999", "NaN", "'\"><script>", "{{7*7}}", "x" * 2_000)
VALUES = (
    None, True, -1, 10**400, 1.5e308, "", "\x00", "a\x00b", "\ud800", "x" * 2_000, [], [[]], {}, {"\x00": "\x00"},
    {"a": {"b": 1}}, ["\ud800"], "99999-01-01T00:00:00Z", "2026-02-30T00:00:00Z",
)  # fmt: skip
BROKEN_BODIES = (
    b"", b"{", b"nonsense", b"\xff\xfe\x00", b'{"a": NaN}', b'{"a": 1e999}', b"null", b"true", b"17", b'"text"',
    b'{"rev": 1, "rev": 2}', b"[" * 5_000, b'{"rev":' * 5_000, b"\x00" * 100, b'{"\\ud800": "\\udfff"}', b"9" * 5_000,
    b"[" + b"9" * 5_000 + b"]",
)  # fmt: skip
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MULTIPART = "multipart/form-data; boundary=x"
BROKEN_FORMS = (
    (b"\xff=\xfe&%00=%00&&=&a", FORM),
    (b"--x\r\n", MULTIPART),
    (b'--x\r\nContent-Disposition: form-data; name="text"; filename="\x00"\r\n\r\n\x00\r\n--x--', MULTIPART),
    (b"text=a", "text/\x7f; charset=nonsense"),
    (b"text=a", f"{FORM}; charset=utf-7"),
)

pytestmark = pytest.mark.django_db
Try = tuple[str, str, bytes, str]  # method, query, body, content type


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        yield from make_world()


@pytest.fixture(autouse=True)
def unlimited(settings) -> None:
    """A limit on calls would answer in place of what is tried here."""
    settings.API_CALLS_PER_MINUTE = dict.fromkeys(settings.API_CALLS_PER_MINUTE, 1_000_000)
    settings.ACCOUNT_RATE_LIMITS = False


def ask(world: World, who: str, path: str, one: Try) -> HttpResponse:
    """What somebody is answered; whatever it did is undone."""
    method, query, body, kind = one
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[who]
    with transaction.atomic():
        try:
            return client.generic(method, path, body, content_type=kind, QUERY_STRING=query)
        finally:
            transaction.set_rollback(True)


def faults(world: World, who: str, path: str, tries: Iterator[Try]) -> list[str]:
    """What fails; a method under which the address takes no notice of what it is sent is tried once."""
    found, deaf = [], set()
    for one in tries:
        if one[0] in deaf:
            continue
        answer = ask(world, who, path, one)
        if answer.status_code >= 500 and path != reverse("reports:readyz"):
            found.append(f"{one[0]} {path}?{one[1][:80]} {one[2][:80]!r}: {answer.status_code}")
        if not was_read(one, answer):
            deaf.add(one[0])
    return found


def was_read(one: Try, answer: HttpResponse) -> bool:
    """Whether the view, or whatever stands before it, has looked at the query or the form."""
    method, _query, _body, kind = one
    request = answer.wsgi_request
    if answer.status_code == 405:
        return False
    return kind == JSON or (hasattr(request, "_post") if method == "POST" else "GET" in vars(request))


def queries() -> Iterator[Try]:
    """Everything at once, and each by itself, since one refusal hides another."""
    for value in QUERIES:
        yield "GET", "&".join(f"{name}={value}" for name in ASKED), b"", FORM
    for name, value in zip(ASKED, cycle(QUERIES), strict=False):
        yield "GET", f"{name}={value}", b"", FORM
    yield "GET", "%00=1&%ff=2&&&==", b"", FORM


def forms() -> Iterator[Try]:
    for value in TYPED:
        yield "POST", "", urlencode(dict.fromkeys(FIELDS, value)).encode(), FORM
    yield "POST", "", "&".join(f"{quote(name)}=%ed%a0%80" for name in FIELDS).encode(), FORM
    for body, kind in BROKEN_FORMS:
        yield "POST", "", body, kind


def bodies() -> Iterator[Try]:
    for body in BROKEN_BODIES:
        yield "POST", "", body, JSON
    for value in VALUES:
        yield "POST", "", json.dumps(dict.fromkeys(FIELDS, value)).encode(), JSON
    yield "POST", "", b"{}", "application/json; charset=nonsense"
    yield "PUT", "", b"\x00", "text/plain"


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_nonsense_is_answered_or_refused(name, world):
    path = world.address(name, RIGHTS[name])
    is_api = path.startswith("/api/")
    found = faults(world, PEDRO, path, queries())
    found += faults(world, PEDRO, path, bodies() if is_api else forms())
    found += faults(world, VISITOR, path, bodies() if is_api else forms()) if VISITOR in RIGHTS[name].may else []
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "path",
    [
        "/m/99999999999999999999999/", "/m/0/", "/m/-1/", "/m/%00/", "/m/1%00/", "/m/%ff/", "/%00", "/%ff%fe",
        "/api/v1/mentions/99999999999999999999999/", "/api/v1/escalations/99999999999999999999999/", "/api/v1/%00/",
        "/escalations/99999999999999999999999/", "/l/%00/", "/l/" + "a" * 5_000 + "/", "/m/1/row/../../", "/a\u202e/",
        "/hooks/%00/", "/demo/mail/%00/0/", "/static/%00", "/static/..%2f..%2fmanage.py", "/admin/%00/", "//a.example/",
    ],
)  # fmt: skip
def test_an_address_that_is_nonsense_is_not_found(world, path):
    for method in ("GET", "POST"):
        answer = ask(world, PEDRO, path, (method, "", b"", FORM))
        assert answer.status_code in {301, 302, 400, 403, 404, 405, 401}, f"{method} {path}: {answer.status_code}"


RECORDS = ("mention", "author", "channel", "rawdelivery", "outboundpost")
LISTS = (*(f"monitoring/{name}" for name in RECORDS), "triage/triage", "accounts/user")


@pytest.mark.parametrize("name", LISTS)
def test_the_administration_stands_nonsense_too(world, name):
    asked = [f"q={value}" for value in QUERIES]  # the search is ours, the rest Django's
    asked += [f"{parameter}={value}" for parameter in ("p", "o", "id", "channel__id__exact") for value in QUERIES[::4]]
    found = faults(world, ADA, f"/admin/{name}/", (("GET", query, b"", FORM) for query in asked))
    found += faults(world, ADA, f"/admin/{name}/%00/change/", iter([("GET", "", b"", FORM)]))
    found += faults(world, ADA, f"/admin/{name}/add/", forms())
    assert not found, "\n".join(found)

"""Every call of the schema, sent what the schema allows and what it forbids, by everybody, by schemathesis.

The same cases on every run. `make schema-fuzz` looks longer and elsewhere: CASES a call, at random.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.specs.openapi import checks

from accounts.api_schema import described
from monitoring import hooks
from monitoring.api_examples import INCOMING
from monitoring.models import SigningSecret
from plumbing.standard_webhooks import new_secret, signed_headers
from tests.accounts.rights import PEDRO, SAM, VISITOR
from tests.api.world import CHANNEL_OF, OUTSIDER, READER, STRANGER, World, make_world, undone
from tests.make import make_channel
from triage.api_examples import DECISION_BODY, REPLY_BODY

FEW = 6
CASES = int(os.environ.get("CASES", FEW))
VALID, INVALID = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
ANSWERS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
NOBODY = {VISITOR, STRANGER, OUTSIDER}
pytestmark = pytest.mark.django_db


def strict(part: Any) -> Any:
    """The schema as it stands today: what an answer holds beyond it is a fault here, though it may grow one day."""
    if isinstance(part, dict):
        closed = {"additionalProperties": False} if part.get("type") == "object" and "properties" in part else {}
        return {name: strict(inner) for name, inner in part.items()} | closed
    return [strict(inner) for inner in part] if isinstance(part, list) else part


def load() -> Any:
    schema = schemathesis.openapi.from_dict(strict(described("en")) | {"servers": [{"url": "/"}]})
    schema.app = get_wsgi_application()
    return schema


SCHEMA = load()
EVERY = {operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()}
HOOK = "POST /hooks/{channel}/"
CALLS = {label: operation for label, operation in EVERY.items() if label != HOOK}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built once; every call is undone."""
    with django_db_blocker.unblock(), undone(), one_connection():
        yield make_world()


@pytest.fixture(autouse=True)
def without_limits(settings) -> None:
    settings.API_CALLS_PER_MINUTE = dict.fromkeys(settings.API_CALLS_PER_MINUTE, 10**9)


@contextmanager
def one_connection() -> Iterator[None]:
    """A real request closes connections that look abandoned, as one within a test's transaction does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def explore(cases: Any, ask: Any) -> None:
    limits = settings(
        max_examples=CASES,
        derandomize=CASES == FEW,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    limits(given(case=cases)(ask))()


@pytest.mark.parametrize("mode", [VALID, INVALID], ids=["valid", "invalid"])
@pytest.mark.parametrize("call", sorted(CALLS))
def test_every_call_answers_everybody_as_the_schema_says(call, mode, world):
    def ask(case: Any) -> None:
        for who, headers in world.headers.items():
            with undone():
                answer = case.call(headers=headers)
                case.validate_response(answer, checks=checks_for(call, mode, who))
                assert_rights(call, who, answer)

    kind = call.split("/")[3]
    known = {"id": world.ids[kind]} if "{id}" in call and mode is VALID else {}
    explore(CALLS[call].as_strategy(generation_mode=mode, path_parameters=known), ask)


def checks_for(call: str, mode: GenerationMode, who: str) -> list[Any]:
    """What is wrong with one mention of a list is said beside it in a 200."""
    refuses = mode is INVALID and call != "POST /api/v1/mentions/"
    return [*ANSWERS, *([checks.negative_data_rejection] if refuses else [])]


def assert_rights(call: str, who: str, answer: Any) -> None:
    if answer.status_code == 406:
        return  # what the answer may be is settled before who asks
    if who in NOBODY:
        assert answer.status_code in (401, 404), who
    elif who == READER and call.startswith("POST") and "live-token" not in call:
        assert answer.json().get("missing_scope") or answer.status_code == 404, who
    elif who == SAM and "schema" not in call:
        assert answer.status_code in (403, 404), who
    elif who in CHANNEL_OF:
        assert_unit(call, who, answer)


def assert_unit(call: str, who: str, answer: Any) -> None:
    """Of another unit nothing is there: no row by its number, none in a list, and no channel to hand in to."""
    if "{id}" in call:
        assert answer.status_code >= 400, who
    elif answer.status_code == 200 and "schema" not in call and "live-token" not in call:
        rows = answer.json()["results"]
        known = [row.get("slug") for row in rows] if "channels" in call else [row.get("id") for row in rows]
        assert set(known) <= ({CHANNEL_OF[who]} if "channels" in call else {None}), who


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("POST /api/v1/mentions/{id}/decision/", DECISION_BODY | {"reason": "We called them."}),
        ("POST /api/v1/mentions/{id}/reply/", REPLY_BODY | {"rev": 1}),
        ("POST /api/v1/mentions/", INCOMING),
        ("POST /api/v1/mentions/", [INCOMING, {}]),
    ],
)
def test_what_succeeds_is_answered_as_the_schema_says(call, body, world):
    """Generated bodies seldom fit what the mention stands at."""
    ids = {"id": world.ids["mentions"]} if "{id}" in call else {}
    case = CALLS[call].Case(path_parameters=ids, body=body, media_type="application/json")
    with undone():
        answer = case.call(headers=world.headers[PEDRO])
        assert answer.status_code in (200, 201), answer.text
        case.validate_response(answer, checks=ANSWERS)


@pytest.mark.parametrize("mode", [VALID, INVALID], ids=["valid", "invalid"])
def test_the_hook_answers_signed_and_unsigned_bodies_as_the_schema_says(mode, world, monkeypatch):
    """Whoever signs well gets past the door with whatever else they send; nobody else does."""
    monkeypatch.setattr(hooks, "MOST_REFUSED", 10**9)
    secret = new_secret()

    def ask(case: Any) -> None:
        with undone():
            SigningSecret.objects.create(channel=make_channel("partner", kind="webhook"), value=secret)
            unsigned = case.call()
            case.validate_response(unsigned, checks=ANSWERS)
            assert unsigned.status_code == 401
            content = bytes_of(case.body)
            headers = signed_headers("msg_1", content, [secret], timezone.now())
            signed = case.call(headers=headers | {"Content-Type": "application/json"}, data=content)
            case.validate_response(signed, checks=ANSWERS)
            assert mode is INVALID or signed.status_code == 202

    address = {"path_parameters": {"channel": "partner"}, "headers": {"webhook-id": "msg_1"}}
    explore(EVERY[HOOK].as_strategy(generation_mode=mode, **address), ask)


def bytes_of(body: Any) -> bytes:
    if body is NOT_SET:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()

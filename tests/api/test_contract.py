"""What programs rely on: the shapes that were promised, key by key, in the description and in real answers."""

from typing import Any

import pytest
from django.test import Client

from accounts.api_schema import described
from tests.api.world import World, make_world

AUTHOR = {"external_id": str, "handle": str, "display_name": str, "followers": int, "verified": bool, "url": str}
ENGAGEMENT = {"likes": int, "shares": int, "replies": int, "views": int}
POST = {
    "channel": str,
    "external_id": str,
    "url": str,
    "text": str,
    "language": str,
    "kind": str,
    "posted_at": str,
    "revision": str,
    "deleted": bool,
    "visibility": str,
    "author": AUTHOR,
    "in_reply_to": str,
    "conversation": str,
    "engagement": ENGAGEMENT,
    "attachments": [{"type": str, "url": str, "description": str}],
}
STEP = {
    "playbook": str,
    "version": int,
    "node": str,
    "question": str,
    "answer": str,
    "because": {"rule": str, "value": object},
}
MENTION = POST | {
    "id": int,
    "rev": int,
    "state": str,
    "story": int,
    "received_at": str,
    "severity": str,
    "due_at": str,
    "assignee": str,
    "reading": {"language": str, "sentiment": float, "terms": dict},
    "suggestion": {"disposition": str, "outcome": str, "open_question": str, "to_confirm": [str], "path": [STEP]},
    "decision": dict,
}
ESCALATION = {
    "id": int,
    "rev": int,
    "state": str,
    "severity": str,
    "is_drill": bool,
    "subject": {"kind": str, "id": int},
    "mention": int,
    "policy": {"name": str, "steps": [dict]},
    "step": int,
    "round": int,
    "step_due_at": str,
    "pages": [{"id": str, "person": str, "why": str, "acknowledged_at": str}],
    "notifications": [
        {"id": int, "page": str, "method": str, "state": str, "attempts": [{"at": str, "outcome": str, "code": int}]}
    ],
}
CHANNEL = {
    "slug": str,
    "kind": str,
    "name": str,
    "state": str,
    "last_success_at": str,
    "lag_seconds": int,
    "gap": bool,
    "error": str,
    "counts": dict,
}
PROBLEM = {"type": str, "status": int, "title": str, "errors": [{"field": str, "reason": str}]}
PAGE = {"next": str, "previous": str, "results": list}
RESULTS = {"results": [{"external_id": str, "status": str, "id": int, "errors": list}]}
COMPONENTS = {
    "IncomingMention": POST,
    "Mention": MENTION,
    "Escalation": ESCALATION,
    "Channel": CHANNEL,
    "Problem": PROBLEM,
    "Ingest": RESULTS,
    **{f"PageOf{name}": PAGE for name in ("Mention", "Escalation", "Channel")},
}
NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object", list: "array"}


def held(value: Any, shape: Any, at: str) -> None:
    """Whether the value has what was promised; it may have more, and be null where it may be."""
    if value is None or shape is object:
        return
    if isinstance(shape, dict):
        assert shape.keys() <= value.keys(), f"{at} lacks {shape.keys() - value.keys()}"
        for name, inner in shape.items():
            held(value[name], inner, f"{at}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), at
        for number, inner in enumerate(value):
            held(inner, shape[0], f"{at}[{number}]")
    else:
        assert isinstance(value, (int, float) if shape is float else shape), f"{at} is {value!r}"


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without its reference and its null."""
    options = [option for option in schema.get("oneOf", schema.get("allOf", [schema])) if option.get("type") != "null"]
    name = options[0].get("$ref", "").rpartition("/")[2]
    return described("en")["components"]["schemas"][name] if name else options[0]


def promised(schema: dict[str, Any], shape: Any, at: str) -> None:
    found = resolved(schema)
    if isinstance(shape, dict):
        for name, inner in shape.items():
            assert name in found["properties"], f"{at}.{name} is not described"
            promised(found["properties"][name], inner, f"{at}.{name}")
    elif isinstance(shape, list):
        promised(found["items"], shape[0], f"{at}[]")
    elif shape is not object:
        kinds = found["type"] if isinstance(found["type"], list) else [found["type"]]
        assert NAMES[shape] in kinds, f"{at} is described as {kinds}"


@pytest.mark.parametrize("name", COMPONENTS)
def test_the_description_promises_every_key(name):
    promised({"$ref": f"#/components/schemas/{name}"}, COMPONENTS[name], name)


@pytest.fixture
def world(db) -> World:
    return make_world()


def test_the_answers_hold_every_key(world):
    api = Client(headers={"authorization": world.headers["maya"]["Authorization"]})
    mention, escalation = world.ids["mentions"], world.ids["escalations"]
    calls = {
        f"/api/v1/mentions/{mention}/": MENTION,
        "/api/v1/mentions/": PAGE | {"results": [MENTION]},
        f"/api/v1/escalations/{escalation}/": ESCALATION,
        "/api/v1/escalations/": PAGE | {"results": [ESCALATION]},
        "/api/v1/channels/": PAGE | {"results": [CHANNEL]},
        "/api/v1/mentions/?state=lost": PROBLEM,
    }
    for path, shape in calls.items():
        held(api.get(path).json(), shape, path)


def test_handing_in_again_is_a_duplicate_and_acting_again_changes_nothing(world):
    pedro = Client(headers={"authorization": world.headers["pedro"]["Authorization"]})
    post = {"channel": "mastodon-main", "external_id": "1", "text": "Hi", "posted_at": "2026-11-20T08:15:00Z"}
    answers = [pedro.post("/api/v1/mentions/", post, content_type="application/json").json() for _time in range(2)]
    held(answers[0], RESULTS, "results")
    assert [answer["results"][0]["status"] for answer in answers] == ["created", "duplicate"]
    for act in ("acknowledge", "resolve", "cancel"):
        path = f"/api/v1/escalations/{world.ids['escalations']}/{act}/"
        first, again = (pedro.post(path) for _time in range(2))
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json() == again.json()

"""The description of the API is valid, whole and true of its own examples."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from accounts.api_schema import described
from accounts.scopes import Scope
from accounts.tokens import issue_token

SCHEMA = "/api/v1/schema/"
HOOK = "/hooks/{channel}/"


def calls() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described("en")["paths"].items():
        yield from ((f"{method.upper()} {path}", call) for method, call in methods.items())


def validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema | {"components": described("en")["components"]})


def test_it_is_valid_openapi_without_a_guess():
    described.cache_clear()
    GENERATOR_STATS.reset()
    schema = described("en")
    assert schema["openapi"] == "3.1.0"
    validate_schema(schema)
    assert not GENERATOR_STATS


def patterns(resolver: URLResolver, path: str = "/") -> Iterator[str]:
    for entry in resolver.url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, here)
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "cls"):
            yield here


def test_every_address_of_the_api_is_described_and_that_of_webhooks():
    assert len([*patterns(get_resolver()), HOOK]) == len(described("en")["paths"])


BY_TOKEN = [(name, call) for name, call in calls() if not name.endswith(HOOK)]


@pytest.mark.parametrize(("name", "call"), BY_TOKEN, ids=lambda value: value if isinstance(value, str) else "")
def test_every_call_says_what_it_does_what_it_needs_and_how_it_refuses(name, call):
    assert call["summary"]
    assert call["tags"]
    assert name.endswith("/schema/") or call["x-scope"] in Scope.values
    assert {"400", "401", "403", "406", "429", "500"} <= call["responses"].keys()
    for code, answer in call["responses"].items():
        kind = "application/problem+json" if code >= "400" else "application/json"
        assert list(answer["content"]) == [kind]
        assert code < "400" or answer["description"]
    assert call["responses"]["429"]["headers"]["Retry-After"]
    assert ("requestBody" in call) == ("415" in call["responses"])


def test_a_webhook_is_described_with_its_signature_and_every_answer():
    call = described("de")["paths"][HOOK]["post"]
    assert call["security"] == []
    assert [one["name"] for one in call["parameters"]] == [
        "channel", "webhook-id", "webhook-timestamp", "webhook-signature",
    ]  # fmt: skip
    assert set(call["responses"]) == {"200", "202", "400", "401", "411", "413", "415", "429", "500", "503"}
    assert call["summary"] == "Erwähnungen per Webhook einreichen"
    assert "channel" not in described("en")["components"]["schemas"]["PushedMention"]["required"]


def test_every_example_is_as_its_schema_says():
    checked = 0
    for _name, call in calls():
        bodies = [call["requestBody"]] if "requestBody" in call else []
        for holder in [*bodies, *call["responses"].values()]:
            for content in holder["content"].values():
                for example in content.get("examples", {}).values():
                    validator(content["schema"]).validate(example["value"])
                    checked += 1
    assert checked >= 13


def test_a_list_that_is_handed_in_has_its_limit():
    one, many = described("en")["components"]["schemas"]["IncomingMentions"]["oneOf"]
    assert (many["items"], many["maxItems"]) == (one, 1000)


@pytest.mark.django_db
def test_whoever_may_call_at_all_may_read_it_in_their_language(client, sam):
    assert client.get(SCHEMA).status_code == 401
    _row, token = issue_token(sam, "narrow", scopes=[])
    answer = client.get(SCHEMA, headers={"authorization": f"Bearer {token}", "accept-language": "de"})
    assert answer.status_code == 200
    assert answer.json()["paths"]["/api/v1/schema/"]["get"]["summary"] == "Diese Beschreibung"
    client.force_login(sam)
    assert client.get(SCHEMA).json()["openapi"] == "3.1.0"

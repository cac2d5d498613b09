"""What the API can do, as a page: read off its description, so that it says what the description says."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.api_schema import described

GROUPS = {
    "mentions": _("Mentions"),
    "escalations": _("Escalations"),
    "channels": _("Channels"),
    "webhooks": _("Webhooks"),
    "live": _("Live stream"),
    "schema": _("Description"),
}
CODE = re.compile("`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a body or parameter of an address; `name` leads to it: `author.handle`, `attachments[].url`."""

    name: str
    kind: str
    is_required: bool
    text: SafeString
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    anchor: str
    method: str
    path: str
    summary: str
    text: SafeString
    scope: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    status: str
    example: str
    curl: str
    refusals: tuple[tuple[str, SafeString], ...]


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/reference.html", {"groups": groups(get_language() or "en")})


@lru_cache(maxsize=4)
def groups(language: str) -> list[tuple[str, Any, list[Call]]]:
    """(short name, title, calls) in the order in which a newcomer needs them; as long as the process lives."""
    schema = described(language)
    calls = [
        (operation["tags"][0], call_of(schema, method.upper(), path, operation))
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return [(slug, title, [call for tag, call in calls if tag == slug]) for slug, title in GROUPS.items()]


def call_of(schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Call:
    status, good = next((code, answer) for code, answer in operation["responses"].items() if code < "300")
    sent, given = content_of(operation.get("requestBody")), content_of(good)
    refusals = [(code, answer["description"]) for code, answer in operation["responses"].items() if code >= "400"]
    return Call(
        anchor=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        text=with_code(operation.get("description", "")),
        scope=operation.get("x-scope", ""),
        parameters=tuple(parameter_of(one) for one in operation.get("parameters", [])),
        body=tuple(fields_of(schema, sent.get("schema", {}))),
        answer=tuple(fields_of(schema, given.get("schema", {}))),
        status=status,
        example=pretty(example_of(given)),
        curl=curl_of(method, path, operation, example_of(sent)),
        refusals=tuple((code, with_code(text)) for code, text in refusals),
    )


def content_of(holder: dict[str, Any] | None) -> dict[str, Any]:
    return next(iter((holder or {}).get("content", {}).values()), {})


def example_of(content: dict[str, Any]) -> Any:
    return next((example["value"] for example in content.get("examples", {}).values()), None)


def pretty(value: Any) -> str:
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)


def curl_of(method: str, path: str, operation: dict[str, Any], body: Any) -> str:
    """A command for a shell in which TOKEN is set, or each header that the call asks for instead."""
    lines = [f'curl "{settings.PUBLIC_URL}{path}"', *credentials_of(operation)]
    if method != "GET":
        lines.insert(1, f"-X {method}")
    if body is not None:
        lines += ['-H "Content-Type: application/json"', f"-d '{json.dumps(body, ensure_ascii=False)}'"]
    return " \\\n  ".join(lines)


def credentials_of(operation: dict[str, Any]) -> list[str]:
    if operation["security"]:
        return ['-H "Authorization: Bearer $TOKEN"']
    headers = [one["name"] for one in operation["parameters"] if one["in"] == "header"]
    return [f'-H "{name}: ${name.replace("-", "_").upper()}"' for name in headers]


def parameter_of(parameter: dict[str, Any]) -> Field:
    return field_of(parameter["name"], parameter["schema"] | parameter, parameter.get("required", False))


def fields_of(schema: dict[str, Any], part: dict[str, Any], path: str = "") -> Iterator[Field]:
    """Every key, those within others after them."""
    part = resolved(schema, part)
    if "items" in part:
        yield from fields_of(schema, part["items"], f"{path}[]")
        return
    for name, inner in part.get("properties", {}).items():
        here, known = f"{path}.{name}".lstrip("."), resolved(schema, inner)
        yield field_of(here, known | inner, name in part.get("required", ()))
        yield from fields_of(schema, known, here)


def resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a reference means; of several possibilities the first that is not null."""
    options = part.get("oneOf", part.get("allOf", [part]))
    first = next(option for option in options if option.get("type") != "null")
    name = first.get("$ref", "").rpartition("/")[2]
    return resolved(schema, schema["components"]["schemas"][name]) if name else first


def field_of(name: str, schema: dict[str, Any], is_required: bool) -> Field:
    kind = schema.get("type", "object")
    kinds = kind if isinstance(kind, list) else [kind]
    nullable = ["null"] if {"type": "null"} in schema.get("oneOf", ()) else []
    choices = tuple(str(choice) for choice in schema.get("enum", ()) if choice is not None)
    return Field(name, " | ".join([*kinds, *nullable]), is_required, with_code(schema.get("description", "")), choices)


def with_code(text: Any) -> SafeString:
    """Text in which `this` is code."""
    return mark_safe(CODE.sub(r"<code>\1</code>", conditional_escape(str(text))))  # noqa: S308  escaped before

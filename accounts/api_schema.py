"""The OpenAPI description of the API, made from the views: what each declares is also what it enforces."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_auth import HasScope
from accounts.api_view import ApiView
from plumbing.problems import CONTENT_TYPE
from plumbing.shapes import ProblemShape
from plumbing.whole_number import LARGEST

REASONS: Mapping[int, Any] = {
    400: _("The address or the body is not what this call takes; `errors` names each field."),
    401: _("No token, or one that is unknown, expired or revoked."),
    403: _("The token lacks the scope, or its owner the right."),
    404: _("There is nothing here, or nothing that the caller may know of."),
    406: _("The call answers in JSON only."),
    413: _("The body is too large, or the list too long."),
    415: _("The body must be JSON."),
    429: _("Too many calls in this minute; `Retry-After` says how many seconds to wait."),
    500: _("Our own fault."),
}
ALWAYS = (400, 401, 403, 406, 429, 500)
WITH_BODY = (413, 415)
RETRY_AFTER = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}


class ApiSchema(AutoSchema):
    """Adds to each call what `ApiView` does for all: its query, its scope, and how it refuses."""

    def get_override_parameters(self) -> list[Any]:
        return [self.view.query] if self.method == "GET" and self.view.query else []

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """The hook below `responses=` of a view, which replaces what stands above it."""
        answers = super()._get_response_bodies(direction)
        for code in self.refusals():
            shape = OpenApiResponse(ProblemShape, REASONS[code])
            answers.setdefault(str(code), self._get_response_for_code(shape, str(code), [CONTENT_TYPE], direction))
        for status, answer in answers.items():
            if status >= "400":
                (content,) = answer["content"].values()
                answer["content"] = {CONTENT_TYPE: content}
        answers["429"]["headers"] = RETRY_AFTER
        return dict(sorted(answers.items()))

    def _get_request_body(self, direction: Any = "request") -> dict[str, Any] | None:
        body: dict[str, Any] | None = super()._get_request_body(direction)
        return body | {"required": True} if body else None

    def refusals(self) -> list[int]:
        in_path = (404,) if "{" in self.path else ()
        return [*ALWAYS, *in_path, *(WITH_BODY if self._get_request_body() else ())]

    def get_extensions(self) -> dict[str, Any]:
        scope = self.view.scope_by_method.get(self.method) if HasScope in self.view.permission_classes else None
        return {"x-scope": str(scope)} if scope else {}

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        return super().get_serializer_name(serializer, direction).removesuffix("Shape")


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api_auth.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": str(_("A token from the page of your tokens."))}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api_auth.Session"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


def tidy(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """`/mentions/{mention_id}/` is told as `/mentions/{id}/`, and the generator keeps its own marks to itself."""
    for call in (call for calls in result["paths"].values() for call in calls.values()):
        for parameter in call.get("parameters", []):
            if parameter["in"] == "path":
                parameter |= {"name": "id", "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST}}
    result["paths"] = {re.sub(r"{\w+_id}", "{id}", path): calls for path, calls in result["paths"].items()}
    return without_marks(result)


def without_marks(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_marks(inner) for name, inner in value.items() if name != "x-spec-enum-id"}
    return [without_marks(inner) for inner in value] if isinstance(value, list) else value


@lru_cache(maxsize=4)
def described(language: str) -> dict[str, Any]:
    """The whole description in a language; the same for everybody, and as long as the process lives."""
    with override(language):
        description: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return description


class Description(ApiView):
    """`GET /api/v1/schema/`: for whoever may call anything at all, whatever the scopes of the token."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="describe",
        summary=_("This description"),
        description=_("OpenAPI 3.1, in the language of `Accept-Language`. Any valid token may read it."),
        tags=["schema"],
        responses={200: {"type": "object", "required": ["openapi", "paths"], "additionalProperties": {}}},
    )
    def get(self, request: Request) -> Response:
        return Response(described(get_language() or "en"))

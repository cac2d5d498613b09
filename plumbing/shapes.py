"""What the API answers, described for its schema: a Shape is never used to parse or to render.

`class MentionShape` is the component `Mention`; its docstring is what the schema says of it.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field
from rest_framework import serializers

from plumbing.whole_number import LARGEST


class Shape(serializers.Serializer):
    pass


class Id(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": LARGEST} | kwargs)


class Count(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0} | kwargs)


@extend_schema_field({"type": ["string", "number", "boolean", "array", "object"]})
class Anything(serializers.JSONField):
    """Whatever JSON can say."""


class WrongFieldShape(Shape):
    field = serializers.CharField(help_text=_("As in the request: `author.handle`, `[3].text`; empty for the whole."))
    reason = serializers.CharField(help_text=_("In the reader's language."))


class ProblemShape(Shape):
    """RFC 9457, `application/problem+json`."""

    type = serializers.CharField()
    status = serializers.IntegerField(min_value=400, max_value=599)
    title = serializers.CharField(help_text=_("One sentence in the reader's language."))
    errors = WrongFieldShape(many=True)
    request_id = serializers.CharField(required=False, help_text=_("What our log calls the request."))
    missing_scope = serializers.CharField(required=False, help_text=_("With 403: what the token would need."))


def page_of(shape: type[Shape]) -> type[Shape]:
    """A page of a list by cursor."""
    fields = {
        "next": serializers.URLField(allow_null=True, help_text=_("The address of the next page; null on the last.")),
        "previous": serializers.URLField(allow_null=True, help_text=_("The address of the page before.")),
        "results": shape(many=True),
    }
    return type(f"PageOf{shape.__name__}", (Shape,), fields)


def one_page(result: Any) -> dict[str, Any]:
    """An example of a list with one result."""
    return {"next": None, "previous": None, "results": [result]}


def example(name: str, value: Any, status: str = "200") -> OpenApiExample:
    """What a call answers."""
    return OpenApiExample(name, value, response_only=True, status_codes=[status])


def sent(name: str, value: Any) -> OpenApiExample:
    """What a call is sent."""
    return OpenApiExample(name, value, request_only=True)

"""Fields of the API that take what the schema says and nothing like it; their errors say what would have been right."""

import re
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$", re.IGNORECASE)


class OneOf(serializers.ChoiceField):
    default_error_messages = {"invalid_choice": _("One of {choices}.")}

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(data) if isinstance(data, str) else self.fail("invalid_choice", input=data)

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        choices = ", ".join(str(choice) for choice in self.choices)
        raise serializers.ValidationError(self.error_messages[key].format(choices=choices, **kwargs), code=key)


class Text(serializers.CharField):
    """Numbers are no text."""

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data) if isinstance(data, str) else self.fail("invalid")


class Pattern(Text, serializers.RegexField):
    pass


class Slug(Text, serializers.SlugField):
    pass


class Whole(serializers.IntegerField):
    """In a body a number."""

    def to_internal_value(self, data: Any) -> int:
        is_number = isinstance(data, int) or (isinstance(data, float) and data.is_integer())
        return int(data) if is_number and not isinstance(data, bool) else self.fail("invalid")


class Digits(serializers.IntegerField):
    """In an address a number by its digits."""

    def to_internal_value(self, data: Any) -> int:
        return int(data) if isinstance(data, str) and re.fullmatch("[0-9]{1,30}", data) else self.fail("invalid")


class Moment(serializers.DateTimeField):
    default_error_messages = {
        "invalid": _("This must be a time in ISO 8601 with its offset, such as 2026-11-20T08:15:00Z.")
    }

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str) or not OFFSET.search(value):
            self.fail("invalid", format="ISO 8601")
        return super().to_internal_value(value)

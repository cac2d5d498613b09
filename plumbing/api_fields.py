"""Fields of the API whose errors say what would have been right."""

from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class OneOf(serializers.ChoiceField):
    default_error_messages = {"invalid_choice": _("One of {choices}.")}

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        super().fail(key, choices=", ".join(str(choice) for choice in self.choices), **kwargs)

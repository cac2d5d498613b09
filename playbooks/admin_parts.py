"""What the admin pages of playbooks have in common."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from playbooks.fields import ShortDurationField

DURATIONS: Mapping[type[models.Field], Mapping[str, Any]] = {
    models.DurationField: {"form_class": ShortDurationField, "help_text": _("For example 15m or 4h.")}
}


class Style:
    """Outlines and targets in the admin's own look."""

    class Media:
        css = {"all": ["css/playbooks-admin.css"]}


class ReadOnlyAdmin:
    """Rows that other parts of the console rely on: shown, not made or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SlugStays:
    """A short name is chosen once: trees and decisions refer to it."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()


def as_list(rows: Iterable[tuple[str]]) -> SafeString:
    lines = format_html_join("", "<li>{}</li>", rows)
    return SafeString(f'<div class="outline"><ul>{lines}</ul></div>') if lines else SafeString("")

"""Filters with which templates show what was agreed: durations, placeholders, a text in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from django import template
from django.utils.translation import get_language, gettext

from playbooks import placeholders
from playbooks.durations import in_short

register = template.Library()
LANGUAGES = {"en": "English", "de": "Deutsch"}  # each by its own name


class InBoth(Protocol):
    text_en: str
    text_de: str


@dataclass(frozen=True, slots=True)
class InLanguage:
    code: str
    name: str
    text: str


@register.filter
def after(within: timedelta) -> str:
    """`at once`, `+15m`, `+4h`: how long after the start."""
    return f"+{in_short(within)}" if within else gettext("at once")


@register.filter
def pieces(text: str) -> Sequence[tuple[str, bool]]:
    return placeholders.pieces(text)


@register.filter
def example(placeholder: placeholders.Placeholder) -> str:
    return placeholder.example(get_language() or "en")


@register.filter
def own_language(row: InBoth) -> InLanguage:
    return _in(_readers(), row)


@register.filter
def other_language(row: InBoth) -> InLanguage:
    return _in("en" if _readers() == "de" else "de", row)


def _readers() -> str:
    return "de" if (get_language() or "").startswith("de") else "en"


def _in(code: str, row: InBoth) -> InLanguage:
    return InLanguage(code, LANGUAGES[code], row.text_de if code == "de" else row.text_en)

"""Reads nested data that a person wrote, and says exactly where it is wrong.

A `Part` is a value with the way to it; what does not fit raises `ContentError` with that way and one sentence.
"""

import math
import re
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from playbooks.durations import duration
from playbooks.tree import Text

T = TypeVar("T")
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # control signs and halves of signs
BIGGEST = 10**12


class ContentError(ValueError):
    """`where` is the way of keys and list positions to the part that is wrong; `reason` one sentence."""

    def __init__(self, where: tuple[str | int, ...], reason: str) -> None:
        self.where, self.reason = where, reason
        super().__init__(f"{' › '.join(map(str, where))}: {reason}" if where else reason)


class Part:
    """A value inside a file, and the way to it."""

    def __init__(self, value: Any, where: tuple[str | int, ...] = ()) -> None:
        self.value, self.where = value, where

    def fail(self, reason: str) -> ContentError:
        return ContentError(self.where, reason)

    def fields(self, *known: str, required: Collection[str] = ()) -> dict[str, "Part"]:
        """The parts of a mapping that may have these keys only."""
        parts = self.entries()
        for key, part in parts.items():
            if key not in known:
                raise part.fail(_("This key is unknown; known are: %(known)s.") % {"known": ", ".join(known)})
        for key in required:
            if key not in parts:
                raise self.fail(_("The key %(key)s is missing.") % {"key": key})
        return parts

    def entries(self) -> dict[str, "Part"]:
        """The parts of a mapping with any keys that are texts."""
        if not isinstance(self.value, dict):
            raise self.fail(_("A mapping is expected here."))
        for key in self.value:
            if not isinstance(key, str):
                raise self.fail(_('The key %(key)s is no text; "yes" and "no" need quotes.') % {"key": repr(key)})
        return {key: Part(value, (*self.where, key)) for key, value in self.value.items()}

    def named(self) -> dict[str, "Part"]:
        """The parts of a mapping whose keys are short names: small letters, digits, _ and -."""
        parts = self.entries()
        for key, part in parts.items():
            if not SLUG.fullmatch(key):
                raise part.fail(_("A short name has small letters, digits, _ and - only, at most 64."))
        return parts

    def items(self) -> Iterator["Part"]:
        if not isinstance(self.value, list):
            raise self.fail(_("A list is expected here."))
        return (Part(value, (*self.where, place)) for place, value in enumerate(self.value))

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.fail(_('A text is expected here; "yes" and "no" need quotes.'))
        if UNFIT.search(self.value):
            raise self.fail(_("The text has signs that cannot be stored."))
        return self.value

    def slug(self) -> str:
        if not SLUG.fullmatch(self.text()):
            raise self.fail(_("A short name has small letters, digits, _ and - only, at most 64."))
        return self.text()

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.fail(_("true or false is expected here."))
        return self.value

    def whole_number(self) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not 0 <= self.value <= BIGGEST:
            raise self.fail(_("A whole number is expected here."))
        return self.value

    def number(self) -> int | float:
        is_number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        if not is_number or (isinstance(self.value, float) and not math.isfinite(self.value)):
            raise self.fail(_("A number is expected here."))
        return self.value

    def one_of(self, allowed: Collection[str]) -> str:
        if not isinstance(self.value, str) or self.value not in allowed:
            raise self.fail(_("One of these is expected here: %(allowed)s.") % {"allowed": ", ".join(allowed)})
        return self.text()

    def duration(self) -> timedelta:
        try:
            return duration(self.text())
        except ValueError:
            raise self.fail(_("A duration is a number with s, m, h or d, like 15m.")) from None

    def both_languages(self) -> Text:
        """English and German; a missing one is left empty, so that a draft can be read and checked."""
        parts = self.fields("en", "de")
        return Text(**{language: part.text() for language, part in {**_BOTH_EMPTY, **parts}.items()})


_BOTH_EMPTY = {"en": Part(""), "de": Part("")}


def optional(part: Part | None, read: Callable[[Part], T], default: T) -> T:
    """What `read` makes of the part, or the default if the file does not have it."""
    return default if part is None else read(part)

"""Moments, spans, numbers and initials as a person reads them, in the reader's language and time zone."""

import re
from datetime import datetime, timedelta
from typing import Literal

from babel.dates import format_timedelta
from babel.numbers import format_compact_decimal, format_decimal
from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()
WORD = re.compile(r"\w", re.UNICODE)


@register.filter
def moment(at: datetime | None) -> str:
    """12:04 today, else with the date, and with the year where it is another one."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localtime()
    if local.date() == today.date():
        return format_date(local, "H:i")
    # Translators: date formats of Django: day and month with the time, then with the year
    pattern = _("j M, H:i") if local.year == today.year else _("j M Y, H:i")
    return format_date(local, pattern)


@register.filter
def span(length: timedelta | None) -> str:
    """15 min, 2 hr: one unit, minutes up to two hours."""
    if length is None:
        return ""
    granularity: Literal["minute", "second"] = "minute" if length >= timedelta(minutes=1) else "second"
    return format_timedelta(length, granularity=granularity, threshold=2, format="short", locale=language())


@register.filter
def compact(number: int | None) -> str:
    """88K in English; German writes thousands out and shortens millions."""
    if number is None:
        return ""
    short = format_compact_decimal(number, locale=language())
    return format_decimal(number, locale=language()) if short.isdecimal() else short


@register.filter
def initials(name: object) -> str:
    """LV for Lena Vogt; one letter for one word; a question mark where there is no letter."""
    found = [match[0] for word in str(name).split() if (match := WORD.search(word))]
    return "".join([found[0], found[-1]] if len(found) > 1 else found) or "?"


def language() -> str:
    return (get_language() or "en").replace("-", "_")

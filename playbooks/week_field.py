"""A week as form fields: up to two spans of hours a day, each with a labelled beginning and end."""

from datetime import time
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

SPANS = 2
ENDS = ("opens", "closes")

Week = list[list[list[str]]]


class WeekWidget(forms.Widget):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Week:
        """As typed: also spans that are half or wrong."""
        typed = [
            [[data.get(key_of(name, day, span, end), "").strip() for end in ENDS] for span in range(SPANS)]
            for day in range(7)
        ]
        return [[span for span in spans if any(span)] for spans in typed]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return key_of(name, 0, 0, ENDS[0]) not in data

    def id_for_label(self, id_: str) -> str:
        """No single field: the whole is a group."""
        return ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        days = [(WEEKDAYS[day], [fields_of(name, day, span, value or []) for span in range(SPANS)]) for day in range(7)]
        return render_to_string("playbooks/_week.html", {"days": days})


def key_of(name: str, day: int, span: int, end: str) -> str:
    return f"{name}-{day}-{span}-{end}"


def fields_of(name: str, day: int, span: int, week: Week) -> list[tuple[str, str]]:
    """Name and value of the two fields of one span."""
    spans = week[day] if day < len(week) else []
    values = spans[span] if span < len(spans) else ["", ""]
    return [(key_of(name, day, span, end), value) for end, value in zip(ENDS, values, strict=True)]


class WeekField(forms.Field):
    """Monday to Sunday: `[[["09:00", "12:00"], ["13:00", "17:00"]], …]`; a span may reach past midnight."""

    widget = WeekWidget

    def clean(self, value: Week) -> Week:
        week = [[[self._time(end, day) for end in span] for span in spans] for day, spans in enumerate(value)]
        if not any(week):
            raise forms.ValidationError(_("Some hours must be open; without this row every hour counts."))
        return week

    @staticmethod
    def _time(text: str, day: int) -> str:
        try:
            return time.fromisoformat(text).strftime("%H:%M")
        except ValueError:
            raise forms.ValidationError(
                _("%(day)s: write both times, such as 09:00 and 17:00."), params={"day": WEEKDAYS[day]}
            ) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != data

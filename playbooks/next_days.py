"""What cover hours mean for the days ahead, in words: open from when to when, and which holiday closes a day."""

from dataclasses import dataclass
from datetime import date, timedelta

from playbooks.cover import DAY, Span
from playbooks.cover_hours import cover_of
from playbooks.models import CoverHours
from playbooks.models.agreed import in_readers_language

AHEAD = 14


@dataclass(frozen=True, slots=True)
class DayAhead:
    """`hours` is empty on a closed day; `name` that of the holiday or the own day."""

    date: date
    hours: str
    name: str


def next_days(row: CoverHours, today: date, count: int = AHEAD) -> list[DayAhead]:
    own = {day.date: day for day in row.days.all()}
    cover = cover_of(row, own.values())
    days = [today + timedelta(days=ahead) for ahead in range(count)]
    return [
        DayAhead(
            day,
            ", ".join(span_in_words(span) for span in cover.spans_on(day)),
            own[day].name if day in own else holiday_name(row, day),
        )
        for day in days
    ]


def holiday_name(row: CoverHours, day: date) -> str:
    names = row.public_holidays.get(day.isoformat(), {})
    return in_readers_language(names.get("en", ""), names.get("de", ""))


def span_in_words(span: Span) -> str:
    """09:00–17:00; the end of a night shift stands as it stands on the clock."""
    return f"{_clock(span.opens)}–{_clock(span.closes) if span.closes % DAY else '24:00'}"


def _clock(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"

"""The cover hours that are agreed, as `playbooks.cover` computes with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from accounts.time_zones import zone_named
from playbooks.cover import Cover, Span, Spans
from playbooks.models import CoverDay, CoverHours


@dataclass(frozen=True)
class Covers:
    """The cover of every unit; `default` is for units without one, and for channels without a unit."""

    by_unit: Mapping[int, Cover] = field(default_factory=dict)
    default: Cover | None = None

    def of(self, unit_id: int | None) -> Cover | None:
        """None: around the clock."""
        return self.default if unit_id is None else self.by_unit.get(unit_id, self.default)


def covers() -> Covers:
    """All of them, in two queries; one while there are none."""
    rows = {row.unit_id: cover_of(row, row.days.all()) for row in CoverHours.objects.prefetch_related("days")}
    default = rows.pop(None, None)
    return Covers({unit: cover for unit, cover in rows.items() if unit is not None}, default)


def cover_of(row: CoverHours, days: Iterable[CoverDay]) -> Cover:
    return Cover(
        zone=zone_named(row.time_zone),
        week=tuple(spans_of(spans) for spans in row.week),
        days={day.date: spans_of_day(day) for day in days},
        holidays=frozenset(date.fromisoformat(day) for day in row.public_holidays),
    )


def spans_of(spans: Sequence[Sequence[str]]) -> Spans:
    return tuple(Span.between(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in spans)


def spans_of_day(day: CoverDay) -> Spans:
    return (Span.between(day.opens, day.closes),) if day.opens is not None and day.closes is not None else ()

"""Cover hours, pure: when a unit is at work, and what a deadline becomes that runs only then.

Hours are wall-clock times of the unit's zone, moments are aware datetimes; results are in UTC. A time that a clock
change skips is the moment of the change, one that it repeats is the first of the two. All arithmetic is done in UTC:
Python would call a day of 23 hours 24 within one zone.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = 24 * 60
PATIENCE = 400  # days in a row without an opening: then the cover never opens


@dataclass(frozen=True, slots=True)
class Span:
    """Open from one minute of the day until another, which may lie on the next day."""

    opens: int
    closes: int

    @classmethod
    def between(cls, opens: time, closes: time) -> "Span":
        """22:00 to 06:00 reaches into the next day, and so does 00:00 to 00:00."""
        first, last = (at.hour * 60 + at.minute for at in (opens, closes))
        return cls(first, last if last > first else last + DAY)


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """`week`: Monday to Sunday; `days` are exceptions, which win over `holidays`, on which nobody works."""

    zone: tzinfo
    week: tuple[Spans, ...]
    days: Mapping[date, Spans] = field(default_factory=dict)
    holidays: Container[date] = ()

    def spans_on(self, day: date) -> Spans:
        """The spans that begin on this day."""
        if day in self.days:
            return self.days[day]
        return () if day in self.holidays else self.week[day.weekday()]


def add_open_time(start: datetime, duration: timedelta, cover: Cover | None) -> datetime:
    """When so much open time has passed since `start`; without a cover, or with one that never opens, all time counts.

    What ends with the last minute of a span ends at its closing.
    """
    at = start.astimezone(UTC)
    left = duration
    for opens, closes in open_periods(cover, at) if cover else ():
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    return at + duration


def open_time_between(start: datetime, end: datetime, cover: Cover | None) -> timedelta:
    """How much open time lies between the two; nothing when `end` is the earlier."""
    at, until = start.astimezone(UTC), end.astimezone(UTC)
    if cover is None or not _ever_opens(cover, at):
        return max(until - at, timedelta(0))
    total = timedelta(0)
    for opens, closes in open_periods(cover, at):
        if opens >= until:
            break
        total += min(closes, until) - opens
    return total


def is_open(at: datetime, cover: Cover | None) -> bool:
    """Closed at the moment of closing."""
    if cover is None:
        return True
    opening = next_open(at, cover)
    return opening is None or opening <= at


def next_open(at: datetime, cover: Cover) -> datetime | None:
    """`at` itself while it is open; None when the cover never opens."""
    return next((opens for opens, _closes in open_periods(cover, at)), None)


def closed_between(start: datetime, end: datetime, cover: Cover | None) -> list[tuple[datetime, datetime]]:
    """The stretches between the two in which the clock stands still, in order."""
    at, until = start.astimezone(UTC), end.astimezone(UTC)
    if cover is None or not _ever_opens(cover, at):
        return []
    closed: list[tuple[datetime, datetime]] = []
    for opens, closes in open_periods(cover, at):
        if opens > at:
            closed.append((at, min(opens, until)))
        at = closes
        if at >= until:
            break
    return [(first, last) for first, last in closed if first < last]


def open_periods(cover: Cover, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is open from `start` on, in order and without overlap; two periods may touch. Ends when nothing opens any
    more."""
    day = start.astimezone(cover.zone).date() - timedelta(days=2)
    before, idle = start.astimezone(UTC), 0
    while idle < PATIENCE:
        idle += 1
        for span in sorted(cover.spans_on(day), key=lambda span: (span.opens, span.closes)):
            opens, closes = moment(cover.zone, day, span.opens), moment(cover.zone, day, span.closes)
            if closes > before:
                yield max(opens, before), closes
                before, idle = closes, 0
        day += timedelta(days=1)


def moment(zone: tzinfo, day: date, minute: int) -> datetime:
    """A wall-clock time in UTC; `minute` counts from midnight and may lie on the next day."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    return instant if _wall(instant, zone) == wall else _change_over(wall, zone)


def _change_over(wall: datetime, zone: tzinfo) -> datetime:
    """The moment of the clock change that skips this time, to the second."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone).astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _wall(middle, zone) > wall:
            after = middle
        else:
            before = middle
    return after


def _wall(instant: datetime, zone: tzinfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _ever_opens(cover: Cover, at: datetime) -> bool:
    return next(open_periods(cover, at), None) is not None

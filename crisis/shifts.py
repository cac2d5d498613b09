"""Who is on shift when: plain Python without a clock, tested in every zone of the world.

Handovers are times on a wall clock and only then become instants, so that Monday 9 o'clock stays 9 o'clock when the
clocks change. A time that the change skips is the first moment after it; one that comes twice is the first of the two.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
FAR = datetime.max.replace(tzinfo=UTC)


class Because(StrEnum):
    """Why somebody is on shift; the later ones go before the earlier ones."""

    ORDER = "order"
    ROTATION = "rotation"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True)
class Hours:
    """When a rotation is on duty, by the clock on the wall: on `weekdays` (Monday is 0) from `opens` until `closes`.

    A `closes` that is not later than `opens` is on the next day.
    """

    weekdays: frozenset[int]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Turns:
    """What a rotation says from `effective_from` on: `members` (ids of people) take turns of `period`.

    The first of them begins at `first_handover`, which has no zone: it is a time on the wall clock of `zone`. Nobody
    in `members` ends the rotation.
    """

    effective_from: datetime
    first_handover: datetime
    period: timedelta
    zone: ZoneInfo
    members: tuple[int, ...]
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of time and who has it; nobody: a gap."""

    start: datetime
    end: datetime
    person: int | None
    because: Because = Because.ROTATION

    def holds(self, at: datetime) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Plan:
    """Of one role: its rotations, the first in charge first, each as its versions by age; and who stands in when.

    Of two who stand in at once the later one counts. While no rotation runs, `otherwise` (the first in the role's own
    order) is on shift; while one runs and nobody is on duty, nobody is.
    """

    rotations: tuple[tuple[Turns, ...], ...] = ()
    overrides: tuple[Shift, ...] = ()
    otherwise: int | None = None

    def shifts(self, start: datetime, end: datetime) -> list[Shift]:
        """Without overlap or hole from `start` to `end`; gaps are shifts of nobody."""
        layers = [list(reversed(self.overrides)), *(list(of_rotation(one, start, end)) for one in self.rotations)]
        changes = (version.effective_from for versions in self.rotations for version in versions)
        found = (self._first(layers, *piece) for piece in _pieces(layers, changes, start, end))
        return list(_joined(found))

    def at(self, moment: datetime) -> Shift:
        """The piece of a shift at this moment."""
        return self.shifts(moment, moment + timedelta(microseconds=1))[0]

    def _first(self, layers: Iterable[Iterable[Shift]], start: datetime, end: datetime) -> Shift:
        for layer in layers:
            for shift in layer:
                if shift.holds(start):
                    return replace(shift, start=start, end=end)
        if any(_runs(versions, start) for versions in self.rotations):
            return Shift(start, end, None)
        return Shift(start, end, self.otherwise, Because.ORDER)

    def gaps(self, start: datetime, end: datetime) -> list[Shift]:
        return [shift for shift in self.shifts(start, end) if shift.person is None]


def of_rotation(versions: Sequence[Turns], start: datetime, end: datetime) -> Iterator[Shift]:
    """The shifts of one rotation, cut where a later version begins; nothing where it is off duty."""
    for version, later in zip(versions, [*versions[1:], None], strict=True):
        since = max(start, version.effective_from)
        until = min(end, later.effective_from if later else FAR)
        for shift in of_turns(version, since, until):
            yield from _on_duty(shift, version)


def of_turns(turns: Turns, start: datetime, end: datetime) -> Iterator[Shift]:
    """Round the clock, one after the other without a hole, cut to start and end."""
    if not turns.members or start >= end:
        return
    number = _number_at(turns, start)
    begins = start
    while begins < end:
        ends = min(_handover(turns, number + 1), end)
        if begins < ends:
            yield Shift(begins, ends, turns.members[number % len(turns.members)])
        number, begins = number + 1, ends


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clock on the wall shows this, in UTC; never earlier for a later time on the wall."""
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return moment
    return _after_the_change(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)


def _after_the_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the zone's offset changes between these two."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _number_at(turns: Turns, moment: datetime) -> int:
    """Which turn runs then, counted from the first handover; before it the order runs backwards."""
    wall = moment.astimezone(turns.zone).replace(tzinfo=None)
    number = (wall - turns.first_handover) // turns.period + 1
    while _handover(turns, number) > moment:
        number -= 1
    return number


def _handover(turns: Turns, number: int) -> datetime:
    return instant(turns.first_handover + number * turns.period, turns.zone)


def _on_duty(shift: Shift, turns: Turns) -> Iterator[Shift]:
    if turns.hours is None:
        yield shift
        return
    for opens, closes in _open_times(turns.hours, turns.zone, shift.start, shift.end):
        if max(opens, shift.start) < min(closes, shift.end):
            yield replace(shift, start=max(opens, shift.start), end=min(closes, shift.end))


def _open_times(hours: Hours, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Of the day before as well, whose hours may reach past midnight."""
    day: date = start.astimezone(zone).date() - DAY
    last = end.astimezone(zone).date()
    while day <= last:
        if day.weekday() in hours.weekdays:
            closing_day = day if hours.closes > hours.opens else day + DAY
            opens = instant(datetime.combine(day, hours.opens), zone)
            yield opens, instant(datetime.combine(closing_day, hours.closes), zone)
        day += DAY


def _runs(versions: Iterable[Turns], at: datetime) -> bool:
    begun = [version for version in versions if version.effective_from <= at]
    return bool(begun and begun[-1].members)


def _pieces(
    layers: Iterable[Iterable[Shift]], changes: Iterable[datetime], start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """From one change of anything to the next."""
    edges = {edge for layer in layers for shift in layer for edge in (shift.start, shift.end)} | set(changes)
    yield from pairwise([start, *sorted(edge for edge in edges if start < edge < end), end])


def _joined(shifts: Iterable[Shift]) -> Iterator[Shift]:
    """Neighbours of the same person and reason become one."""
    kept: Shift | None = None
    for shift in shifts:
        if kept and (kept.person, kept.because) == (shift.person, shift.because):
            kept = replace(kept, end=shift.end)
            continue
        if kept:
            yield kept
        kept = shift
    if kept:
        yield kept

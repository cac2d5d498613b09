"""The one way in which an escalation moves: from an allowed state, under its lock, with a line on its timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Expression, F
from django.db.models.functions import Now

from accounts.models import User
from crisis.models import Escalation, TimelineEntry
from crisis.models.escalation import OPEN_STATES, State
from plumbing.live import Change, publish, publish_all

Kind = TimelineEntry.Kind

ALLOWED: Mapping[str, frozenset[str]] = {
    State.ACTIVE: frozenset(
        {State.ACTIVE, State.ACKNOWLEDGED, State.PAUSED, State.EXHAUSTED, State.RESOLVED, State.CANCELLED}
    ),
    State.ACKNOWLEDGED: frozenset({State.ACTIVE, State.RESOLVED, State.CANCELLED}),
    State.PAUSED: frozenset({State.ACTIVE, State.RESOLVED, State.CANCELLED}),
    State.EXHAUSTED: frozenset({State.EXHAUSTED, State.ACTIVE, State.ACKNOWLEDGED, State.RESOLVED, State.CANCELLED}),
    State.RESOLVED: frozenset(),
    State.CANCELLED: frozenset(),
}


MOVE_TOGETHER = """
    UPDATE crisis_escalation AS escalation
    SET state = new.state, generation = new.generation, round = new.round, step = new.step,
        step_due_at = new.due_at, failures = 0, rev = escalation.rev + 1
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::int[], %s::int[], %s::int[], %s::timestamptz[])
        AS new (id, rev, came_from, state, generation, round, step, due_at)
    WHERE escalation.id = new.id AND escalation.rev = new.rev AND escalation.state = new.came_from
"""


class NotAllowed(Exception):
    """A move that no escalation makes, or one from a row that was not locked."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a policy stands; step 0: before the first."""

    generation: int
    round: int
    step: int

    def to_json(self) -> dict[str, int]:
        return {"generation": self.generation, "round": self.round, "step": self.step}


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a timeline will get; `from` and `to` in its data where it tells of a move."""

    kind: Kind
    at: Place
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """A step that fires takes its escalation to state `to` and place `at`; its next timer runs out at `due_at`."""

    escalation: Escalation
    to: State
    at: Place
    due_at: datetime
    lines: Sequence[Line]

    @property
    def states(self) -> list[str]:
        """Every state on the way, beginning with the present one."""
        return [self.escalation.state, *(line.data["to"] for line in self.lines if "to" in line.data)]

    def row(self) -> tuple[object, ...]:
        came_from = self.escalation
        at = self.at
        return came_from.pk, came_from.rev, came_from.state, self.to, at.generation, at.round, at.step, self.due_at


def lock(escalation_id: int) -> Escalation:
    """The escalation, locked until the transaction ends. Rows that only point at it are not held up."""
    return Escalation.objects.select_for_update(no_key=True).get(pk=escalation_id)


def keep_open(escalation_id: int) -> bool:
    """Whether the escalation is open, and then stays so until the transaction ends.

    FOR SHARE, so that any number may do so at once while whoever closes it waits; Django's ORM has no word for that.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM crisis_escalation WHERE id = %s FOR SHARE", [escalation_id])
        (state,) = cursor.fetchone()
    return state in OPEN_STATES


def move(
    escalation: Escalation,
    to: State,
    kind: Kind,
    *,
    due_at: datetime | Expression | None,
    by: User | None = None,
    data: Mapping[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Takes a locked escalation to state `to`; `due_at` is its next timer, None for none.

    Writes the timeline, raises the version and tells open consoles. Raises NotAllowed and changes nothing when the
    table above has no such move, or when somebody else moved the row since it was read.
    """
    came_from = escalation.state
    if to not in ALLOWED[came_from]:
        raise NotAllowed(f"{came_from} → {to}")
    rows = Escalation.objects.filter(pk=escalation.pk, rev=escalation.rev, state=came_from)
    if rows.update(state=to, rev=F("rev") + 1, step_due_at=due_at, **fields) != 1:
        raise NotAllowed(f"{came_from} → {to}: somebody was faster")
    for name, value in {"state": to.value, "rev": escalation.rev + 1, **fields}.items():
        setattr(escalation, name, value)
    note(escalation, kind, by=by, data={"from": came_from, "to": to.value, **(data or {})})


def note(escalation: Escalation, kind: Kind, *, by: User | None = None, data: Mapping[str, Any] | None = None) -> None:
    """A line on the timeline, with where the policy stood. `data` holds ids and numbers, never text or names."""
    where = Place(escalation.generation, escalation.round, escalation.step).to_json()
    TimelineEntry.objects.create(escalation=escalation, at=Now(), kind=kind, actor=by, data={**where, **(data or {})})
    publish("escalation", escalation.pk, escalation.rev)


def move_together(moves: Sequence[Move], now: datetime) -> None:
    """`move` for many locked escalations, in as many statements as for one; all or none, with the same checks."""
    for one in moves:
        for came_from, to in pairwise(one.states):
            if to not in ALLOWED[came_from]:
                raise NotAllowed(f"{came_from} → {to}")
    columns = [list(column) for column in zip(*(one.row() for one in moves), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(MOVE_TOGETHER, columns)
        if cursor.rowcount != len(moves):
            raise NotAllowed("somebody was faster")
    TimelineEntry.objects.bulk_create(
        TimelineEntry(escalation=one.escalation, at=now, kind=line.kind, data={**line.at.to_json(), **line.data})
        for one in moves
        for line in one.lines
    )
    publish_all(Change("escalation", one.escalation.pk, one.escalation.rev + 1) for one in moves)

"""The one way in which an escalation moves: from an allowed state, under its lock, with a line on its timeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Expression, F
from django.db.models.functions import Now

from accounts.models import User
from crisis.models import Escalation, TimelineEntry
from crisis.models.escalation import OPEN_STATES, State
from plumbing.live import publish

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


class NotAllowed(Exception):
    """A move that no escalation makes, or one from a row that was not locked."""


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
    where = {"generation": escalation.generation, "round": escalation.round, "step": escalation.step}
    TimelineEntry.objects.create(escalation=escalation, at=Now(), kind=kind, actor=by, data={**where, **(data or {})})
    publish("escalation", escalation.pk, escalation.rev)

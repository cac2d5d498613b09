"""Fires the steps that are due. The row is the timer: any number of workers may sweep, killed at any line."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from crisis.escalate.calls import Call, call
from crisis.escalate.faults import report_fault
from crisis.escalate.firing import Firing, plan
from crisis.escalate.moves import Kind, Line, Move, Place, move_together, note
from crisis.escalate.roster import Roster
from crisis.models import Escalation, Page
from crisis.models.escalation import State
from crisis.tempo import SET_ASIDE, after

log = logging.getLogger(__name__)
BATCH = 50


def advance_due(limit: int = BATCH) -> int:
    """Fires one step of each of up to `limit` due escalations, those waiting longest first; returns how many.

    After an outage one step fires, not the backlog. A row that fails waits a minute, is counted, and the owners are
    paged; the others go on. The number of statements does not grow with the number of escalations.
    """
    with transaction.atomic():
        rows = Escalation.objects.due().annotate(clock=Now()).select_for_update(skip_locked=True, no_key=True)
        due = list(rows[:limit])
        if due:
            advance_all(due, Roster(due[0].clock), due[0].clock)
    return len(due)


def advance_all(due: Sequence[Escalation], roster: Roster, now: datetime) -> None:
    """All together; if that fails, one by one, so that the one at fault is found and set aside."""
    try:
        with transaction.atomic():
            fire([plan(escalation, roster, now) for escalation in due], now)
    except Exception:
        for escalation in due:
            advance_or_set_aside(escalation, roster, now)


def advance_or_set_aside(escalation: Escalation, roster: Roster, now: datetime) -> None:
    try:
        with transaction.atomic():
            fire([plan(escalation, roster, now)], now)
    except Exception as error:
        log.exception("escalation %s: its step could not be fired", escalation.pk)
        set_aside(escalation.pk, type(error).__name__)


def set_aside(escalation_id: int, error: str) -> None:
    """Lets a row that fails wait, visibly."""
    Escalation.objects.filter(pk=escalation_id).update(step_due_at=after(SET_ASIDE), failures=F("failures") + 1)
    escalation = Escalation.objects.get(pk=escalation_id)
    note(escalation, Kind.STEP_FAILED, data={"error": error, "failures": escalation.failures})
    report_fault("step_failed", escalation=escalation_id)


def fire(firings: Sequence[Firing], now: datetime) -> None:
    """Pages whom each firing calls, and moves its escalation; all rows of one kind in one statement."""
    calls = [Call(f.escalation, f.people, f.policy, f.paged_at) for f in firings]
    called = call(calls, now)
    move_together([_move(firing, *called[firing.escalation.pk]) for firing in firings], now)


def _move(firing: Firing, pages: Sequence[Page], without_contact: Sequence[Page]) -> Move:
    fired = {
        "from": State.ACTIVE.value if firing.ran_out else firing.escalation.state,
        "to": firing.to.value,
        "pages": [page.pk for page in pages],
    }
    lines = [
        *_ran_out(firing),
        *(Line(Kind.NOBODY, place) for place in firing.passed),
        *(Line(Kind.NO_CONTACT, firing.at, {"page": page.pk, "person": page.person_id}) for page in without_contact),
        Line(firing.kind, firing.at, fired),
    ]
    return Move(firing.escalation, firing.to, firing.at, firing.due_at, lines)


def _ran_out(firing: Firing) -> Iterator[Line]:
    if firing.ran_out:
        states = {"from": State.ACKNOWLEDGED.value, "to": State.ACTIVE.value}
        yield Line(Kind.RAN_OUT, Place(firing.at.generation, 1, 0), states)

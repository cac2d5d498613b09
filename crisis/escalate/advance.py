"""Fires the steps that are due. The row is the timer: any number of workers may sweep, killed at any line."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from crisis.escalate.calls import call
from crisis.escalate.faults import report_fault
from crisis.escalate.moves import Kind, move, note
from crisis.escalate.roster import Roster
from crisis.escalation_clock import FrozenPolicy, NextStep, next_step
from crisis.models import Escalation
from crisis.models.escalation import State
from crisis.tempo import SET_ASIDE, after

log = logging.getLogger(__name__)
BATCH = 50


def advance_due(limit: int = BATCH) -> int:
    """Fires one step of each of up to `limit` due escalations, those waiting longest first; returns how many.

    After an outage one step fires, not the backlog. A row that fails waits a minute, is counted, and the owners are
    paged; the others go on.
    """
    with transaction.atomic():
        rows = Escalation.objects.due().annotate(clock=Now()).select_for_update(skip_locked=True, no_key=True)
        due = list(rows[:limit])
        if due:
            roster = Roster()
            for escalation in due:
                advance_or_set_aside(escalation, roster, escalation.clock)
    return len(due)


def advance_or_set_aside(escalation: Escalation, roster: Roster, now: datetime) -> None:
    try:
        with transaction.atomic():
            advance(escalation, roster, now)
    except Exception as error:
        log.exception("escalation %s: its step could not be fired", escalation.pk)
        set_aside(escalation.pk, type(error).__name__)


def set_aside(escalation_id: int, error: str) -> None:
    """Lets a row that fails wait, visibly."""
    Escalation.objects.filter(pk=escalation_id).update(step_due_at=after(SET_ASIDE), failures=F("failures") + 1)
    escalation = Escalation.objects.get(pk=escalation_id)
    note(escalation, Kind.STEP_FAILED, data={"error": error, "failures": escalation.failures})
    report_fault("step_failed", escalation=escalation_id)


def advance(escalation: Escalation, roster: Roster, now: datetime) -> None:
    policy = FrozenPolicy.from_json(escalation.policy)
    if escalation.state == State.EXHAUSTED:
        repeat_last_step(escalation, policy, roster)
        return
    if escalation.state == State.ACKNOWLEDGED:
        begin_anew(escalation)
    fire_next_step(escalation, policy, roster, now)


def begin_anew(escalation: Escalation) -> None:
    """The acknowledgement has run out: calling starts again from the first step, with new links."""
    move(
        escalation,
        State.ACTIVE,
        Kind.RAN_OUT,
        due_at=Now(),
        generation=escalation.generation + 1,
        round=1,
        step=0,
    )


def fire_next_step(escalation: Escalation, policy: FrozenPolicy, roster: Roster, now: datetime) -> None:
    """Calls the next step's people; a step for which there is nobody is passed at once, and the timeline says so."""
    upcoming = next_step(policy, escalation.step, escalation.round, now)
    while isinstance(upcoming, NextStep):
        people = roster.called(policy.steps[upcoming.step - 1].targets)
        if people:
            pages = call(escalation, people, policy, round=upcoming.round, step=upcoming.step)
            move(
                escalation,
                State.ACTIVE,
                Kind.STEP_FIRED,
                due_at=next_step(policy, upcoming.step, upcoming.round, now).due_at,
                data={"pages": [page.pk for page in pages]},
                round=upcoming.round,
                step=upcoming.step,
                failures=0,
            )
            return
        escalation.round, escalation.step = upcoming.round, upcoming.step
        note(escalation, Kind.NOBODY)
        upcoming = next_step(policy, upcoming.step, upcoming.round, now)
    exhaust(escalation, policy, roster)


def exhaust(escalation: Escalation, policy: FrozenPolicy, roster: Roster) -> None:
    """Nobody answered: the owners are paged, and the last step will repeat."""
    owners = roster.owners()
    last_resort = len(policy.steps) + 1
    pages = call(escalation, owners, policy, round=escalation.round, step=last_resort)
    move(
        escalation,
        State.EXHAUSTED,
        Kind.EXHAUSTED,
        due_at=after(policy.repeat_every),
        data={"pages": [page.pk for page in pages]},
        round=escalation.round,
        step=len(policy.steps),
        failures=0,
    )


def repeat_last_step(escalation: Escalation, policy: FrozenPolicy, roster: Roster) -> None:
    """Still nobody: the last step again, as a round of its own; the owners where the last step has nobody."""
    people = roster.called(policy.steps[-1].targets) or roster.owners()
    pages = call(escalation, people, policy, round=escalation.round + 1, step=len(policy.steps))
    move(
        escalation,
        State.EXHAUSTED,
        Kind.REPEATED,
        due_at=after(policy.repeat_every),
        data={"pages": [page.pk for page in pages]},
        round=escalation.round + 1,
        failures=0,
    )

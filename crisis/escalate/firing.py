"""What a due escalation does next, from its frozen policy and who is there: planned without writing anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crisis.escalate.moves import Kind, Place
from crisis.escalate.roster import Called, Roster
from crisis.escalation_clock import FrozenPolicy, NextStep, next_step
from crisis.models import Escalation
from crisis.models.escalation import State


@dataclass(frozen=True, slots=True)
class Firing:
    """`people` are paged under `paged_at`; then the escalation stands `at` a place until `due_at`.

    `passed`: the steps on the way for which there was nobody.
    """

    escalation: Escalation
    policy: FrozenPolicy
    to: State
    kind: Kind
    at: Place
    due_at: datetime
    people: Sequence[Called]
    paged_at: Place
    passed: Sequence[Place] = ()
    ran_out: bool = False  # the acknowledgement did: calling starts again from the first step, with new links


def plan(escalation: Escalation, roster: Roster, now: datetime) -> Firing:
    """Raises KeyError, TypeError or ValueError where the frozen policy is none."""
    policy = FrozenPolicy.from_json(escalation.policy)
    at = Place(escalation.generation, escalation.round, escalation.step)
    if escalation.state == State.EXHAUSTED:
        return _repeat(escalation, policy, roster, at, now)
    ran_out = escalation.state == State.ACKNOWLEDGED
    if ran_out:
        at = Place(escalation.generation + 1, 1, 0)
    return replace(_next(escalation, policy, roster, at, now), ran_out=ran_out)


def _next(escalation: Escalation, policy: FrozenPolicy, roster: Roster, at: Place, now: datetime) -> Firing:
    """The next step that has people; one for which there is nobody is passed at once, and the timeline says so."""
    passed: list[Place] = []
    upcoming = next_step(policy, at.step, at.round, now)
    while isinstance(upcoming, NextStep):
        at = Place(at.generation, upcoming.round, upcoming.step)
        upcoming = next_step(policy, at.step, at.round, now)
        people = roster.called(policy.steps[at.step - 1].targets)
        if people:
            return Firing(escalation, policy, State.ACTIVE, Kind.STEP_FIRED, at, upcoming.due_at, people, at, passed)
        passed.append(at)
    return _exhaust(escalation, policy, roster, at, now, passed)


def _exhaust(
    escalation: Escalation, policy: FrozenPolicy, roster: Roster, at: Place, now: datetime, passed: Sequence[Place]
) -> Firing:
    """Nobody answered: the owners are paged, and the last step will repeat."""
    last = replace(at, step=len(policy.steps))
    last_resort = replace(at, step=len(policy.steps) + 1)
    due_at = now + timedelta(seconds=policy.repeat_every)
    owners = roster.owners()
    return Firing(escalation, policy, State.EXHAUSTED, Kind.EXHAUSTED, last, due_at, owners, last_resort, passed)


def _repeat(escalation: Escalation, policy: FrozenPolicy, roster: Roster, at: Place, now: datetime) -> Firing:
    """Still nobody: the last step again, as a round of its own; the owners where the last step has nobody."""
    again = Place(at.generation, at.round + 1, len(policy.steps))
    due_at = now + timedelta(seconds=policy.repeat_every)
    people = roster.called(policy.steps[-1].targets) or roster.owners()
    return Firing(escalation, policy, State.EXHAUSTED, Kind.REPEATED, again, due_at, people, again)

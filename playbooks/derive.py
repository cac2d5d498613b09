"""Escalation policies as the severity matrix would have them: derived, then edited, derived again on request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from playbooks.models import EscalationPolicy, PolicyStep, SeverityLevel, Urgency

URGENCY_OF_LEVEL: Mapping[str, str] = {"L1": "today", "L2": "hour", "L3": "now", "L4": "now"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a policy says, without its names: `steps` are (delay, targets, urgency)."""

    round_delay: timedelta
    acknowledgement_lasts: timedelta | None
    steps: tuple[tuple[timedelta, tuple[tuple[str, str], ...], str], ...]


def plan_of_matrix(level: SeverityLevel) -> Plan | None:
    """At once whom the leaf names; unacknowledged, whom the level names; then a round again. None: calls nobody."""
    if level.acknowledge_within is None:
        return None
    urgency = URGENCY_OF_LEVEL[level.level]
    unacknowledged = (level.acknowledge_within, _targets(level.unacknowledged_to), urgency)
    steps = ((timedelta(0), (), urgency), unacknowledged)
    return Plan(level.acknowledge_within, level.acknowledgement_lasts, steps)


def plan_of_policy(policy: EscalationPolicy) -> Plan:
    steps = tuple((step.delay, _targets(step.targets), step.urgency.slug) for step in policy.steps.all())
    return Plan(policy.round_delay, policy.acknowledgement_lasts, steps)


def differs(policy: EscalationPolicy, level: SeverityLevel) -> bool:
    """Whether somebody edited the policy, or the matrix, since the one was derived from the other."""
    plan = plan_of_matrix(level)
    return plan is not None and plan != plan_of_policy(policy)


@transaction.atomic
def derive(policy: EscalationPolicy, level: SeverityLevel) -> None:
    """Makes the policy what the matrix says; what runs keeps its frozen copy."""
    plan = plan_of_matrix(level)
    if plan is None:
        return
    policy.round_delay, policy.acknowledgement_lasts = plan.round_delay, plan.acknowledgement_lasts
    policy.save(update_fields=["round_delay", "acknowledgement_lasts"])
    policy.steps.all().delete()
    PolicyStep.objects.bulk_create(steps_of(plan, policy))


def steps_of(plan: Plan, policy: EscalationPolicy) -> list[PolicyStep]:
    """Unsaved."""
    urgencies = {urgency.slug: urgency for urgency in Urgency.objects.all()}
    return [
        PolicyStep(policy=policy, position=position, delay=delay, targets=_as_data(targets), urgency=urgencies[slug])
        for position, (delay, targets, slug) in enumerate(plan.steps, start=1)
    ]


def _targets(rows: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((row["role"], row["who"]) for row in rows)


def _as_data(targets: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [{"role": role, "who": who} for role, who in targets]

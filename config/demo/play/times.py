"""How long everything took, from the rows, against what playbooks and pager promise; and what would have come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.celery import SWEEPS
from config.demo.play.guide import Stand, deliveries_of
from crisis.escalate.preview import steps_of
from crisis.escalation_clock import FrozenPolicy
from crisis.models import Acknowledgement, Escalation
from crisis.tempo import LATE
from monitoring.models import Mention
from triage.models import Decision, Suggestion, Triage

# A nudge wakes the workers at once; should it be lost, the two sweeps find the row all the same.
SUGGESTED_WITHIN = timedelta(
    seconds=SWEEPS["monitoring.tasks.read_mentions"] + SWEEPS["triage.tasks.suggest_mentions"] + 1
)
CALLED_WITHIN = timedelta(seconds=LATE)
Found = tuple[str | Promise, str, datetime | None, timedelta | None]  # name, by whom, when, promised within


@dataclass(frozen=True, slots=True)
class Moment:
    """`took` since the moment before, `since` the first mention; `promise` is what was promised for `took`."""

    name: str | Promise
    by: str
    at: datetime
    since: timedelta
    took: timedelta
    promise: timedelta | None

    @property
    def is_kept(self) -> bool:
        return self.promise is None or self.took <= self.promise

    @property
    def share(self) -> int:
        """How much of the promise was used, in percent, from 1 to 100."""
        return max(1, min(100, round(100 * self.took / self.promise))) if self.promise else 1


@dataclass(frozen=True, slots=True)
class Otherwise:
    """One call that nobody had to make: so long after the escalation, these people."""

    after: timedelta
    people: tuple[str, ...]


def moments_of(stand: Stand) -> list[Moment]:
    """The way of the mention so far, first step first."""
    mention, escalation = stand.mention, stand.escalation
    if mention is None:
        return []
    found: list[Found] = []
    suggestion = Suggestion.objects.filter(mention=mention).order_by("pk").first()
    decision = Decision.objects.filter(mention=mention).select_related("by").order_by("-pk").first()
    found.append((_("The mention came in"), "", mention.received_at, None))
    found.append((_("Suggestion stood beside it"), "", suggestion.created_at if suggestion else None, SUGGESTED_WITHIN))
    urgency = suggestion.due_at - mention.received_at if suggestion else None
    found.append((_("Decided"), str(decision.by) if decision else "", decision.at if decision else None, urgency))
    if escalation:
        sent = deliveries_of(escalation).first()
        taken = Acknowledgement.objects.filter(escalation=escalation).select_related("person").first()
        found.append((_("First page went out"), "", sent.finished_at if sent else None, CALLED_WITHIN))
        within = timedelta(seconds=policy_of(escalation).steps[-1].delay) or None
        found.append((_("Acknowledged"), str(taken.person) if taken else "", taken.at if taken else None, within))
    return in_a_row(found)


def in_a_row(found: list[Found]) -> list[Moment]:
    moments: list[Moment] = []
    for name, by, at, promise in found:
        if at is not None:
            first, before = (moments[0].at, moments[-1].at) if moments else (at, at)
            moments.append(Moment(name, by, at, at - first, max(at - before, timedelta(0)), promise))
    return moments


def policy_of(escalation: Escalation) -> FrozenPolicy:
    return FrozenPolicy.from_json(escalation.policy)


def otherwise(escalation: Escalation) -> list[Otherwise]:
    """Whom the frozen policy would have called next, had nobody taken over; the first call is past."""
    policy, steps = policy_of(escalation), steps_of(policy_of(escalation))
    round_lasts = timedelta(seconds=policy.round_delay) + steps[-1].after
    calls = [
        Otherwise(round_lasts * number + step.after, tuple(dict.fromkeys(str(p.person) for p in step.people)))
        for number in range(policy.rounds)
        for step in steps
    ]
    return calls[1:]


def exhausted_after(escalation: Escalation) -> timedelta:
    """When the owners would have been called because nobody answered."""
    policy = policy_of(escalation)
    one_round = sum(step.delay for step in policy.steps) + policy.round_delay
    return timedelta(seconds=one_round * policy.rounds)


def before_it(mention: Mention) -> int:
    """How many mentions were waiting already: by order of arrival they would have come first."""
    waiting = Triage.objects.filter(mention__received_at__lt=mention.received_at, mention__deleted_at=None)
    still_open = waiting.filter(state=Triage.State.OPEN)
    return still_open.count()

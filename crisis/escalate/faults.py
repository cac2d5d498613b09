"""The pager calls the owners about itself: one escalation for all its faults, like any other."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from accounts.roles import ALL, OWNER
from crisis.escalate.calls import withdraw
from crisis.escalate.moves import Kind, lock, move, note
from crisis.escalate.open import open_or_find
from crisis.escalation_clock import FrozenPolicy, FrozenStep, FrozenTarget
from crisis.models import Escalation, TimelineEntry
from crisis.models.escalation import State
from crisis.tempo import FAULT_AGAIN, QUIET_AGAIN, SPEED, after

ENGINE = 1  # there is one pager
POLICY = FrozenPolicy(
    slug="engine",
    name="Faults of the pager",
    name_de="Störungen des Alarms",
    level="L4",
    rounds=1,
    round_delay=900.0,
    acknowledgement_lasts=1800.0,
    steps=(FrozenStep(0.0, (FrozenTarget(OWNER, ALL),)),),
)


@transaction.atomic
def report_fault(cause: str, **ids: Any) -> Escalation:
    """Pages the owners, unless they are being paged about the pager already; `cause` goes onto the timeline, the same
    one not more often than every five minutes.

    Causes: step_failed, late, no_page, overdue, undelivered, refused_us.
    """
    fresh = Escalation(
        subject_kind=Escalation.Subject.ENGINE,
        subject_id=ENGINE,
        policy_slug=POLICY.slug,
        title=gettext_noop("The pager needs help"),
    )
    escalation, _created = open_or_find(fresh, POLICY.faster(SPEED))
    said = escalation.timeline.filter(
        kind=Kind.FAULT, at__gt=after(-FAULT_AGAIN), data__contains={"cause": cause, **ids}
    )
    if not said.exists():
        note(escalation, Kind.FAULT, data={"cause": cause, **ids})
    return escalation


def close_when_quiet() -> bool:
    """Resolves the pager's own escalation once no fault was reported for ten minutes."""
    kind = Escalation.Subject.ENGINE
    quiet = Escalation.objects.open().about(kind, [ENGINE]).exclude(pk__in=_recently_faulty()).first()
    if quiet is None:
        return False
    escalation = lock(quiet.pk)
    if not escalation.is_open:
        return False
    withdraw(escalation)
    move(escalation, State.RESOLVED, Kind.RESOLVED, due_at=None, data={"closed_by_quiet": True}, closed_at=Now())
    return True


def _recently_faulty():
    faults = TimelineEntry.objects.filter(kind=Kind.FAULT, escalation__subject_kind=Escalation.Subject.ENGINE)
    latest = faults.values("escalation").annotate(latest=Max("at")).filter(latest__gt=after(-QUIET_AGAIN))
    return latest.values("escalation")

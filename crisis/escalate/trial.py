"""A page that only asks whether pages arrive: through the same pager, to the owners, as any other."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.roles import ALL, OWNER
from crisis.escalate.calls import withdraw
from crisis.escalate.moves import Kind, lock, move
from crisis.escalate.open import open_or_find
from crisis.escalation_clock import FrozenPolicy, FrozenStep, FrozenTarget
from crisis.models import Acknowledgement, Escalation
from crisis.models.escalation import State
from crisis.tempo import SPEED

THE_ONE = 1  # one test page runs at a time
POLICY = FrozenPolicy(
    slug="test-page",
    name="Test page",
    name_de="Probealarm",
    level="L1",
    rounds=1,
    round_delay=900.0,
    acknowledgement_lasts=None,
    steps=(FrozenStep(0.0, (FrozenTarget(OWNER, ALL),)),),
)


@transaction.atomic
def open_test_page(by: User) -> Escalation:
    """Pages the owners; an earlier test page is closed."""
    for earlier in Escalation.objects.open().about(Escalation.Subject.TEST, [THE_ONE]):
        close(lock(earlier.pk), by)
    fresh = Escalation(
        subject_kind=Escalation.Subject.TEST,
        subject_id=THE_ONE,
        policy_slug=POLICY.slug,
        title=gettext_noop("Test page: please take over, so that we know that pages arrive"),
        opened_by=by,
    )
    escalation, _created = open_or_find(fresh, POLICY.faster(SPEED))
    return escalation


def close(escalation: Escalation, by: User) -> None:
    if escalation.is_open:
        withdraw(escalation)
        move(escalation, State.RESOLVED, Kind.RESOLVED, due_at=None, by=by, closed_at=Now())


def latest_test_page() -> Escalation | None:
    return Escalation.objects.filter(subject_kind=Escalation.Subject.TEST).order_by("-id").first()


def received_test_page() -> Acknowledgement | None:
    """The newest one that somebody took over."""
    rows = Acknowledgement.objects.filter(escalation__subject_kind=Escalation.Subject.TEST).select_related("person")
    return rows.order_by("-at").first()

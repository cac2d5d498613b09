"""Recomputes from rows that the pager does what it promises. What it finds is paged to the owners."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from crisis.escalate.faults import report_fault
from crisis.models import Escalation, Notification, Page
from crisis.models.escalation import CALLING_STATES, TICKING_STATES
from crisis.notify.claims import settle
from crisis.tempo import UNCALLED, after

AT_ONCE = 20  # more of one kind say nothing new


@dataclass(frozen=True, slots=True)
class Fault:
    cause: str
    ids: dict[str, int | str] = field(default_factory=dict)


def audit() -> list[Fault]:
    """Every fault there is now, each reported to the owners."""
    settle()
    faults = [*uncalled(), *overdue(), *undelivered()]
    for fault in faults:
        report_fault(fault.cause, **fault.ids)
    return faults


def uncalled() -> Iterator[Fault]:
    """Open escalations that have called nobody for a minute: not even the owners, or a row that keeps failing."""
    pages = Page.objects.filter(escalation=OuterRef("pk"), generation=OuterRef("generation"))
    about_to = Q(step=0, failures=0, step_due_at__gt=after(-UNCALLED))
    rows = Escalation.objects.filter(~Exists(pages), ~about_to | Q(step_due_at=None), state__in=CALLING_STATES)
    for pk in rows.values_list("pk", flat=True)[:AT_ONCE]:
        yield Fault("no_page", {"escalation": pk})


def overdue() -> Iterator[Fault]:
    """Timers that ran out a minute ago and did not fire."""
    rows = Escalation.objects.filter(state__in=TICKING_STATES, step_due_at__lt=after(-UNCALLED))
    for pk in rows.values_list("pk", flat=True)[:AT_ONCE]:
        yield Fault("overdue", {"escalation": pk})


def undelivered() -> Iterator[Fault]:
    """Lanes in which something has been waiting for a minute past its time."""
    rows = Notification.objects.undelivered().filter(next_attempt_at__lt=after(-UNCALLED))
    for lane in rows.order_by().values_list("lane", flat=True).distinct():
        yield Fault("undelivered", {"lane": lane})

"""How the escalations of the past went on: called, taken over and closed by the pager's own functions, then dated back.

Their messages were never sent, because that past is invented: no mail of it lies among the kept ones.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import User
from config.demo.script import Call
from crisis.escalate import acknowledge, advance_due, cancel, resolve
from crisis.models import Acknowledgement, DeliveryAttempt, Escalation, Notification, Page, TimelineEntry
from crisis.models.escalation import State

CALLED, DELIVERED = timedelta(seconds=1), timedelta(seconds=2)
LINK_LASTED = timedelta(hours=12)
Kind = TimelineEntry.Kind


def go_on(escalation: Escalation, call: Call, people: Mapping[str, User], opened_at: datetime) -> None:
    """Calls the first step, lets `taken_by` take over, and closes it."""
    advance_due()
    if call.taken_by:
        person = people[call.taken_by]
        page = Page.objects.filter(escalation=escalation, person=person).first()
        via = Acknowledgement.Via.LINK if page else Acknowledgement.Via.CONSOLE
        acknowledge(escalation.pk, person, via, page)
    if call.closed == State.CANCELLED:
        assert escalation.opened_by is not None
        cancel(escalation.pk, escalation.opened_by)
    else:
        resolve(escalation.pk, people["pedro"])
    date_back(escalation.pk, call, opened_at)


def date_back(pk: int, call: Call, opened_at: datetime) -> None:
    called_at, taken_at, closed_at = opened_at + CALLED, opened_at + call.after, opened_at + call.closed_after
    Escalation.objects.filter(pk=pk).update(opened_at=opened_at, closed_at=closed_at)
    Page.objects.filter(escalation=pk).update(created_at=called_at, link_expires_at=called_at + LINK_LASTED)
    Acknowledgement.objects.filter(escalation=pk).update(at=taken_at)
    times = {Kind.OPENED: opened_at, Kind.STEP_FIRED: called_at, Kind.ACKNOWLEDGED: taken_at}
    for entry in TimelineEntry.objects.filter(escalation=pk):
        TimelineEntry.objects.filter(pk=entry.pk).update(at=times.get(Kind(entry.kind), closed_at))
    date_back_notifications(pk, called_at, opened_at + DELIVERED)


def date_back_notifications(pk: int, created_at: datetime, sent_at: datetime) -> None:
    rows = list(Notification.objects.filter(escalation=pk))
    attempts = [
        DeliveryAttempt(
            notification=row,
            number=1,
            started_at=created_at,
            finished_at=sent_at,
            outcome=DeliveryAttempt.Outcome.ACCEPTED,
        )
        for row in rows
    ]
    DeliveryAttempt.objects.bulk_create(attempts)
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Notification.State.DELIVERED,
        attempts_made=1,
        created_at=created_at,
        finished_at=sent_at,
        next_attempt_at=created_at,
        expires_at=created_at + timedelta(hours=1),
    )

"""What became of an attempt. Only the holder of the lease writes it, and goes on trying while the lease lasts."""

import random
from collections.abc import Callable

from django.db.models import QuerySet
from django.db.models.functions import Now

from crisis.escalate.faults import report_fault
from crisis.escalate.moves import Kind, lock, note
from crisis.escalation_clock import retry_delay
from crisis.models import ContactMethod, DeliveryAttempt, Notification
from crisis.notifiers.protocol import NotifierError, Receipt
from crisis.notify.claims import Claim
from crisis.tempo import LEASE, SPEED, after
from plumbing.live import publish
from plumbing.nudge import nudge
from plumbing.outlast import outlast

Outcome, State = DeliveryAttempt.Outcome, Notification.State


def keep(write: Callable[[], None]) -> None:
    """Runs `write` in a transaction; through a restart of the database too, as long as the lease may hold."""
    outlast(write, seconds=LEASE, pause=0.5 / SPEED)


def accepted(claim: Claim, notification: Notification, receipt: Receipt) -> None:
    """The other side has it."""
    if finish(claim, notification, Outcome.ACCEPTED, receipt.code, f"{receipt.id}", state=State.DELIVERED):
        ContactMethod.objects.filter(pk=notification.contact_method_id).update(last_success_at=Now())


def failed(claim: Claim, notification: Notification, error: NotifierError) -> None:
    """Tries again later, or gives this contact method up and takes the next one now."""
    if error.permanent:
        give_up(claim, notification, error)
    else:
        try_again(claim, notification, error)


def try_again(claim: Claim, notification: Notification, error: NotifierError) -> None:
    outcome = Outcome.UNKNOWN if error.unknown else Outcome.TEMPORARY
    jitter = random.uniform(-1, 1)  # noqa: S311 - it only spreads a crowd
    delay = retry_delay(claim.attempt_number, jitter, error.retry_after) / SPEED
    mine = finish(
        claim,
        notification,
        outcome,
        error.code,
        error.detail,
        state=State.PENDING,
        next_attempt_at=after(delay),
        finished_at=None,
    )
    if mine and error.refuses_us:
        report_fault("refused_us", lane=notification.lane, code=error.code)


def give_up(claim: Claim, notification: Notification, error: NotifierError) -> None:
    """The contact method is switched off with its reason; all that waits for it goes to the person's next one."""
    escalation = lock(notification.escalation_id)
    if not finish(claim, notification, Outcome.PERMANENT, error.code, error.detail, state=State.FAILED):
        return
    contact = notification.contact_method
    usable = ContactMethod.objects.filter(pk=contact.pk, disabled_at=None)
    if usable.update(disabled_at=Now(), disabled_reason=error.detail[:300]):
        data = {"person": contact.person_id, "contact_method": contact.pk, "page": notification.page_id}
        note(escalation, Kind.CONTACT_DISABLED, data=data)
    waiting = Notification.objects.filter(contact_method=contact, state=State.PENDING)
    page_ids = {notification.page_id, *waiting.values_list("page_id", flat=True)}
    waiting.update(state=State.FAILED, finished_at=Now())
    for page_id in page_ids:
        next_way_now(page_id)
    if not outside_ways(notification.page_id).filter(state__in=[*Notification.OPEN_STATES, State.DELIVERED]).exists():
        note(escalation, Kind.UNREACHABLE, data={"person": contact.person_id, "page": notification.page_id})
    nudge("notifications.due")


def next_way_now(page_id: str) -> None:
    """Brings the person's next outside way forward, if it still waits for its turn."""
    following = outside_ways(page_id).filter(state=State.PENDING).order_by("next_attempt_at", "id").first()
    if following:
        waiting = Notification.objects.filter(pk=following.pk, state=State.PENDING, next_attempt_at__gt=Now())
        waiting.update(next_attempt_at=Now())


def outside_ways(page_id: str) -> QuerySet[Notification]:
    """The notifications of a page that reach its person also away from the console."""
    rows = Notification.objects.filter(page_id=page_id, kind=Notification.Kind.PAGE)
    return rows.exclude(contact_method__kind=ContactMethod.Kind.IN_APP)


def finish(
    claim: Claim, notification: Notification, outcome: str, code: int | None, detail: str, **fields: object
) -> bool:
    """Writes the outcome if the lease is still ours; else somebody else has sent it since, and it is theirs."""
    mine = Notification.objects.filter(pk=claim.notification_id, lease_token=claim.token)
    if not mine.update(**{"finished_at": Now(), "lease_token": None, "lease_until": None, **fields}):
        return False
    DeliveryAttempt.objects.filter(pk=claim.attempt_id).update(
        outcome=outcome, finished_at=Now(), code=code, detail=detail[:500]
    )
    publish("escalation", notification.escalation_id, notification.escalation.rev)
    return True

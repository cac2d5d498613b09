"""Claims one notification at a time under a lease, and puts away those that nobody wants any more.

This is SQL because a claim locks two rows differently: the notification for itself, the escalation only against a
change, FOR SHARE. So an acknowledgement and a claim never cross: whichever commits first, the other sees it.
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models.functions import Now

from crisis.escalate.moves import Kind, note
from crisis.models import DeliveryAttempt, Notification
from crisis.tempo import LEASE

SENDABLE = """
    (n.kind <> 'page' OR (e.state IN ('active', 'exhausted') AND p.generation = e.generation))
    AND n.expires_at > statement_timestamp() AND c.disabled_at IS NULL
"""
OPEN_AND_DUE = """
    FROM crisis_notification n
    JOIN crisis_escalation e ON e.id = n.escalation_id
    JOIN crisis_contactmethod c ON c.id = n.contact_method_id
    JOIN crisis_page p ON p.id = n.page_id
    WHERE n.state IN ('pending', 'sending') AND n.next_attempt_at <= statement_timestamp()
"""
# A lapsed lease is a due row like any other: while it is being sent, next_attempt_at is the end of the lease.
CLAIM = f"""
    WITH next AS (
        SELECT n.id {OPEN_AND_DUE} AND n.lane = %(lane)s AND {SENDABLE}
        ORDER BY n.priority, n.next_attempt_at LIMIT 1
        FOR NO KEY UPDATE OF n SKIP LOCKED FOR SHARE OF e SKIP LOCKED
    )
    UPDATE crisis_notification n
    SET state = 'sending', lease_token = %(token)s, attempts_made = n.attempts_made + 1,
        lease_until = statement_timestamp() + %(lease)s * interval '1 second',
        next_attempt_at = statement_timestamp() + %(lease)s * interval '1 second'
    FROM next WHERE n.id = next.id
    RETURNING n.id, n.attempts_made
"""  # noqa: S608 - no value is written into the statement
SETTLE = f"""
    WITH over AS (
        SELECT n.id, CASE
            WHEN n.kind = 'page' AND (e.state NOT IN ('active', 'exhausted') OR p.generation <> e.generation)
                THEN 'withdrawn'
            WHEN c.disabled_at IS NOT NULL THEN 'failed'
            ELSE 'expired' END AS state
        {OPEN_AND_DUE} AND NOT ({SENDABLE})
        FOR NO KEY UPDATE OF n SKIP LOCKED
    ), settled AS (
        UPDATE crisis_notification n
        SET state = over.state, finished_at = statement_timestamp(), lease_token = NULL, lease_until = NULL
        FROM over WHERE n.id = over.id
        RETURNING n.id
    ), unknown AS (
        UPDATE crisis_deliveryattempt a SET outcome = 'unknown', finished_at = statement_timestamp()
        FROM settled WHERE a.notification_id = settled.id AND a.outcome = 'intended'
    )
    SELECT id FROM settled
"""  # noqa: S608
UNSENT = (Notification.State.EXPIRED, Notification.State.FAILED)
WAITING = f"SELECT n.lane, count(*) {OPEN_AND_DUE} AND {SENDABLE} GROUP BY n.lane"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one notification until its lease ends."""

    notification_id: int
    token: UUID
    attempt_id: int
    attempt_number: int

    def load(self) -> Notification:
        """The notification with all that a message is made of."""
        related = ("escalation", "page__person", "contact_method__person")
        return Notification.objects.select_related(*related).get(pk=self.notification_id)


def claim_next(lane: str) -> Claim | None:
    """The most urgent due notification of a lane that is still wanted, with the intent to send it committed."""
    token = uuid4()
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, {"lane": lane, "token": token, "lease": LEASE})
            row = cursor.fetchone()
        if row is None:
            return None
        notification_id, number = row
        left = DeliveryAttempt.objects.filter(notification_id=notification_id, outcome=DeliveryAttempt.Outcome.INTENDED)
        left.update(outcome=DeliveryAttempt.Outcome.UNKNOWN, finished_at=Now())
        attempt = DeliveryAttempt.objects.create(notification_id=notification_id, number=number, started_at=Now())
    return Claim(notification_id, token, attempt.pk, number)


@transaction.atomic
def settle() -> None:
    """Ends due notifications that will not be sent: withdrawn, their contact method switched off, or expired.

    Why a page was not sent stands on the timeline: for a withdrawn one that is the answer that withdrew it.
    """
    with connection.cursor() as cursor:
        cursor.execute(SETTLE)
        settled = [pk for (pk,) in cursor.fetchall()]
    unsent = Notification.objects.filter(pk__in=settled, kind=Notification.Kind.PAGE, state__in=UNSENT)
    for row in unsent.select_related("escalation", "contact_method"):
        way = row.contact_method
        data = {"page": row.page_id, "person": way.person_id, "contact_method": way.pk, "method": way.kind}
        note(row.escalation, Kind.UNSENT, data={**data, "state": row.state})


def waiting() -> dict[str, int]:
    """Lane → how many notifications could be claimed now."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return dict(cursor.fetchall())

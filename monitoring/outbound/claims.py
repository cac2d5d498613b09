"""Claims one post at a time under a lease, and ends what is no longer wanted or was never finished.

This is SQL because a claim locks two rows differently: the post for itself, its channel only against a change. So a
pause and a claim never cross: whichever commits first, the other sees it. One channel sends one post at a time, in
order, so that a receiver that hangs holds up its own channel and no other.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop as _

from monitoring.models import OutboundAttempt, OutboundPost
from monitoring.outbound.news import tell
from monitoring.outbound.tempo import LEASE

CUT_OFF = _("The console was interrupted while it sent this.")
DELETED = _("The mention was deleted where it was posted.")
WANTED = "p.unwanted_because = '' AND m.deleted_at IS NULL"
DUE = f"""
    FROM monitoring_outboundpost p
    JOIN monitoring_channel c ON c.id = p.channel_id
    LEFT JOIN monitoring_mention m ON m.id = p.in_reply_to_id
    WHERE p.state = 'waiting' AND p.next_attempt_at <= statement_timestamp()
    AND c.publishing_paused_at IS NULL AND {WANTED}
    AND NOT EXISTS (
        SELECT 1 FROM monitoring_outboundpost s WHERE s.channel_id = p.channel_id AND s.state = 'sending'
    )
"""  # noqa: S608 - no value is written into the statement
CLAIM = f"""
    WITH next AS (
        SELECT p.id {DUE} ORDER BY p.next_attempt_at, p.id LIMIT 1 FOR NO KEY UPDATE OF p SKIP LOCKED FOR SHARE OF c
    )
    UPDATE monitoring_outboundpost p
    SET state = 'sending', lease_token = %(token)s, attempts_made = p.attempts_made + 1,
        lease_until = statement_timestamp() + %(lease)s * interval '1 second'
    FROM next WHERE p.id = next.id
    RETURNING p.id, p.attempts_made
"""  # noqa: S608
DROP = f"""
    WITH unwanted AS (
        SELECT p.id FROM monitoring_outboundpost p
        LEFT JOIN monitoring_mention m ON m.id = p.in_reply_to_id
        WHERE p.state = 'waiting' AND NOT ({WANTED})
        FOR NO KEY UPDATE OF p SKIP LOCKED
    )
    UPDATE monitoring_outboundpost p
    SET state = 'dropped', problem = COALESCE(NULLIF(p.unwanted_because, ''), %(deleted)s), problem_detail = ''
    FROM unwanted WHERE p.id = unwanted.id
    RETURNING p.id
"""  # noqa: S608
# The token stays: whoever still sends may say how it went, until a person has.
LAPSE = """
    WITH lapsed AS (
        SELECT id FROM monitoring_outboundpost
        WHERE state = 'sending' AND lease_until < statement_timestamp()
        FOR NO KEY UPDATE SKIP LOCKED
    ), unknown AS (
        UPDATE monitoring_outboundattempt a SET outcome = 'unknown', finished_at = statement_timestamp()
        FROM lapsed WHERE a.post_id = lapsed.id AND a.outcome = 'intended'
    )
    UPDATE monitoring_outboundpost p
    SET state = 'unknown', lease_until = NULL, problem = %(cut_off)s, problem_detail = ''
    FROM lapsed WHERE p.id = lapsed.id
    RETURNING p.id
"""
WAITING = f"SELECT count(DISTINCT p.channel_id) {DUE}"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one post until its lease ends."""

    post_id: int
    token: UUID
    attempt_id: int
    attempt_number: int

    def load(self) -> OutboundPost:
        return OutboundPost.objects.select_related("channel", "in_reply_to", "author").get(pk=self.post_id)


def claim_next() -> Claim | None:
    """The post that has waited longest and may go out, with the intent to send it committed."""
    token = uuid4()
    with transaction.atomic(durable=True):
        rows = _run(CLAIM, token=token, lease=LEASE)
        if not rows:
            return None
        ((post_id, number),) = rows
        attempt = OutboundAttempt.objects.create(post_id=post_id, number=number, started_at=Now())
        tell(post_id)
    return Claim(post_id, token, attempt.pk, number)


@transaction.atomic
def sweep() -> None:
    """Ends what is no longer wanted, and hands to a person what somebody began to send and never finished."""
    for (post_id,) in [*_run(DROP, deleted=DELETED), *_run(LAPSE, cut_off=CUT_OFF)]:
        tell(post_id)


def waiting_channels() -> int:
    """How many channels have something to send now."""
    return int(_run(WAITING)[0][0])


def _run(statement: str, **values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()

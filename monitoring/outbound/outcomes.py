"""What became of an attempt. Only the holder of the lease writes it, and only while no person has."""

import random
from typing import Any

from django.db.models.functions import Now
from django.utils.translation import gettext_noop as _

from monitoring.channels.protocol import Posted, Sent
from monitoring.models import OutboundAttempt, OutboundPost
from monitoring.outbound.claims import Claim
from monitoring.outbound.news import tell
from monitoring.outbound.pausing import close_publishing
from monitoring.outbound.tempo import LEASE, SPEED, TRIES, after, pause_after
from plumbing.outlast import outlast

State = OutboundPost.State
CANNOT_POST = _("This channel cannot post.")
NOT_SAID = _("The channel did not say whether it took it.")


def keep(claim: Claim, post: OutboundPost, posted: Posted) -> None:
    """Stores the outcome; through a restart of the database too."""
    outlast(lambda: _store(claim, post, posted), seconds=LEASE, pause=0.5 / SPEED)


def _store(claim: Claim, post: OutboundPost, posted: Posted) -> None:
    mine = OutboundPost.objects.filter(
        pk=claim.post_id, lease_token=claim.token, state__in=(State.SENDING, State.UNKNOWN)
    )
    if not mine.update(lease_token=None, lease_until=None, **_changes(claim, posted)):
        return
    OutboundAttempt.objects.filter(pk=claim.attempt_id).update(
        outcome=posted.state.value, finished_at=Now(), code=posted.code, detail=(posted.detail or posted.reason)[:500]
    )
    if posted.is_closed:
        close_publishing(post.channel_id, posted.reason)
    tell(claim.post_id)


def _changes(claim: Claim, posted: Posted) -> dict[str, Any]:
    problem = {"problem": posted.reason, "problem_detail": posted.detail[:500]}
    if posted.state is Sent.SENT:
        where = {"external_id": posted.external_id, "url": posted.url, "posted_at": Now()}
        return {"state": State.SENT, "problem": "", "problem_detail": "", **where}
    if posted.state is Sent.LATER and claim.attempt_number < TRIES:
        jitter = random.uniform(-1, 1)  # noqa: S311 - it only spreads a crowd
        pause = pause_after(claim.attempt_number, jitter, posted.retry_after)
        return {"state": State.WAITING, "next_attempt_at": after(pause), **problem}
    state = State.UNKNOWN if posted.state is Sent.UNKNOWN else State.FAILED
    return {"state": state, **problem}

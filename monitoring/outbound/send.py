"""Sends what is due, each post once, in threads of its own: a receiver that hangs holds no worker's place."""

import logging

from monitoring.channels.protocol import Account, Outgoing, Posted, Sent
from monitoring.channels.registry import KINDS
from monitoring.models import OutboundPost
from monitoring.outbound.claims import Claim, claim_next, sweep, waiting_channels
from monitoring.outbound.outcomes import CANNOT_POST, NOT_SAID, keep
from monitoring.outbound.tempo import SEND_IN_ONE_GO
from plumbing.crew import Crew, work_off

log = logging.getLogger(__name__)
CREW = Crew("outbound", 4)


def send_due(*, wait: bool = True) -> None:
    """Sends until nothing is due, for some seconds at most; any number of processes may do so at once.

    With `wait=False` it returns while its threads still send.
    """
    sweep()
    threads = CREW.start(send_in_turn, waiting_channels())
    if wait:
        for thread in threads:
            thread.join()


def send_in_turn() -> int:
    """Sends in this thread until nothing is due; returns how many attempts it made."""
    return work_off(claim_next, send, SEND_IN_ONE_GO)


def send(claim: Claim) -> None:
    """One attempt. What it means is stored by whoever still holds the lease."""
    post = claim.load()
    keep(claim, post, _post(post))


def _post(post: OutboundPost) -> Posted:
    open_publisher = KINDS[post.channel.kind].open_publisher
    if open_publisher is None:
        return Posted(Sent.REFUSED, reason=CANNOT_POST)
    secrets = [secret.value for secret in post.channel.signing_secrets.to_send()]
    try:
        return open_publisher(Account(post.channel.slug, post.channel.address, secrets)).post(_outgoing(post))
    except Exception as error:
        log.exception("post %s: the publisher broke", post.pk)
        return Posted(Sent.UNKNOWN, reason=NOT_SAID, detail=type(error).__name__)


def _outgoing(post: OutboundPost) -> Outgoing:
    parent = post.in_reply_to
    return Outgoing(
        key=post.key,
        text=post.text,
        language="" if post.language == "und" else post.language,
        written_at=post.created_at,
        parent_id=parent.external_id if parent else "",
        parent_url=parent.url if parent else "",
    )

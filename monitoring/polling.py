"""Asks the channels that are due. A channel's row is its timer and its claim; the network is asked outside of any lock.

Whoever claims a channel has it for LEASE; a worker that dies loses nothing but that time, because the cursor moves in
the same transaction as the mentions it stands for.
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_noop as _

from monitoring.channels.protocol import Batch, ChannelError, Source
from monitoring.channels.registry import KINDS, POLLED
from monitoring.deliveries import keep_reasons, said
from monitoring.ingest import ingest, keep_delivery
from monitoring.models import Channel
from plumbing.http import DEADLINE_SECONDS

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=3 * DEADLINE_SECONDS)
ITEMS = 200
MOST_BATCHES = 50
MOST_CHANNELS = 20
LONGEST_BACKOFF = timedelta(hours=1)
AFTER_PERMANENT_ERROR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Claim:
    channel: Channel
    token: uuid.UUID
    now: datetime  # the database's, when it was claimed


def poll_due(limit: int = MOST_CHANNELS) -> int:
    """Asks up to `limit` channels whose time has come, one after the other; returns how many. By the database's clock.

    What goes wrong stands on the channel's row, and puts off its next poll.
    """
    for polled in range(limit):
        claim = _claim()
        if claim is None:
            return polled
        _poll(claim)
    return limit


@transaction.atomic
def _claim() -> _Claim | None:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
    channel = (
        Channel.objects.filter(
            free, state=Channel.State.ACTIVE, kind__in=POLLED, next_poll_at__isnull=False, next_poll_at__lte=Now()
        )
        .annotate(claimed_at=Now())
        .order_by("next_poll_at")
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .first()
    )
    if channel is None:
        return None
    claim = _Claim(channel, uuid.uuid4(), channel.claimed_at)
    Channel.objects.filter(pk=channel.pk).update(
        lease_token=claim.token, lease_until=Now() + LEASE, last_attempt_at=Now()
    )
    return claim


def _poll(claim: _Claim) -> None:
    try:
        source = _open(claim.channel)
        cursor = claim.channel.cursor or None
        for _turn in range(MOST_BATCHES):
            batch = source.fetch(cursor, ITEMS)
            if not _take(claim, batch) or not batch.more:
                return
            cursor = batch.cursor
    except ChannelError as error:
        _put_off(claim, error)
    except Exception as error:
        log.exception("Polling %s failed", claim.channel.slug)
        _put_off(claim, ChannelError(_("Something in the console failed."), detail=said(error)))


def _open(channel: Channel) -> Source:
    open_source = KINDS[channel.kind].open_source
    assert open_source is not None, "only kinds with a source are claimed"
    return open_source(channel.address)


def _take(claim: _Claim, batch: Batch) -> bool:
    """Stores a batch and moves the cursor, both or neither. False when somebody else has the channel by now."""
    delivery = keep_delivery(claim.channel, "poll", [item.raw for item in batch.items]) if batch.items else None
    with transaction.atomic():
        mine = Channel.objects.select_for_update(no_key=True).filter(pk=claim.channel.pk, lease_token=claim.token)
        channel = mine.annotate(now=Now()).first()
        if channel is None:
            return False
        results = ingest(channel, batch.items, delivery=delivery, now=delivery.received_at if delivery else channel.now)
        if delivery:
            keep_reasons(delivery, results)
        pause = max(channel.poll_every, batch.retry_after or timedelta())
        Channel.objects.filter(pk=channel.pk).update(
            cursor=batch.cursor or "",
            last_success_at=Now(),
            failures=0,
            error="",
            error_detail="",
            gap_since=Now() if batch.gap and channel.gap_since is None else F("gap_since"),
            next_poll_at=Now() + pause,
            lease_until=Now() + LEASE if batch.more else None,
            lease_token=claim.token if batch.more else None,
        )
    return True


def _put_off(claim: _Claim, error: ChannelError) -> None:
    """Writes the error where people see it, and waits longer after each failure."""
    backoff = AFTER_PERMANENT_ERROR if error.permanent else _backoff(claim.channel)
    Channel.objects.filter(pk=claim.channel.pk, lease_token=claim.token).update(
        failures=F("failures") + 1,
        error=error.reason,
        error_detail=error.detail,
        next_poll_at=Now() + max(backoff, error.retry_after or timedelta()),
        lease_until=None,
        lease_token=None,
    )


def _backoff(channel: Channel) -> timedelta:
    return min(channel.poll_every * 2 ** min(channel.failures, 10), max(LONGEST_BACKOFF, channel.poll_every))

"""What signed webhooks hand over: kept and answered at once, read by a worker soon after, once and in order.

A delivery waits with `due_at`. Its channel's row is the claim, so that the deliveries of one channel are read in the
order in which they came; one that cannot be read is put off, and given up visibly.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from monitoring.channels.protocol import IncomingMention, Webhook
from monitoring.channels.registry import KINDS
from monitoring.channels.validate import storable
from monitoring.deliveries import Looked, count_unreadable, reasons_of, refusal, said
from monitoring.ingest import IngestResult, ingest
from monitoring.models import Channel, RawDelivery
from plumbing.nudge import nudge

log = logging.getLogger(__name__)

ORIGIN = "webhook"
TRIES = 8
FIRST_PAUSE = timedelta(seconds=5)


@transaction.atomic
def keep_pushed(channel: Channel, key: str, raw: Sequence[Any]) -> list[IngestResult] | None:
    """Keeps a delivery under the sender's id `key` until `read_pushed`; None when that id came before.

    Returns what is rejected already, for the sender to see.
    """
    webhook = _webhook_of(channel)
    looked = [webhook.read(item, channel.slug) for item in raw]
    refused = {
        place: refusal(item, problems)
        for place, (item, problems) in enumerate(zip(raw, looked, strict=True))
        if not isinstance(problems, IncomingMention)
    }
    delivery = RawDelivery(
        channel=channel,
        origin=ORIGIN,
        key=key,
        body=[storable(item) for item in raw],
        items=len(raw),
        due_at=Now(),
        refused=[reasons_of(place, result) for place, result in refused.items()],
    )
    if not _insert(delivery):
        return None
    nudge("deliveries.stored")
    return list(refused.values())


def read_pushed() -> bool:
    """Reads the oldest due delivery of a channel that nobody else reads; False when there is none.

    By the database's clock. Where reading fails, the delivery says why and is tried again later.
    """
    failed: tuple[RawDelivery, Exception] | None = None
    with transaction.atomic():
        delivery = _claim()
        if delivery is None:
            return False
        try:
            with transaction.atomic():
                _read(delivery)
        except Exception as error:
            log.exception("Delivery %s could not be read", delivery.pk)
            failed = delivery, error
        if failed:
            _put_off(*failed)
    return True


def _insert(delivery: RawDelivery) -> bool:
    try:
        with transaction.atomic():
            delivery.save()
    except IntegrityError:
        return False
    return True


def _claim() -> RawDelivery | None:
    due = RawDelivery.objects.filter(due_at__lte=Now())
    channels = Channel.objects.filter(pk__in=due.values("channel")).order_by("pk")
    channel = channels.select_for_update(skip_locked=True, no_key=True).first()
    if channel is None:
        return None
    return due.filter(channel=channel).select_related("channel").order_by("id").first()


def _read(delivery: RawDelivery) -> None:
    channel, webhook = delivery.channel, _webhook_of(delivery.channel)
    refused = {entry["place"] for entry in delivery.refused}
    looked: list[Looked] = [
        webhook.read(item, channel.slug) for place, item in enumerate(delivery.body) if place not in refused
    ]
    good = [item for item in looked if isinstance(item, IncomingMention)]
    ingest(channel, good, delivery=delivery, now=delivery.received_at, checked=True)
    count_unreadable(channel, delivery, len(delivery.body) - len(good))
    RawDelivery.objects.filter(pk=delivery.pk).update(due_at=None, error="")
    Channel.objects.filter(pk=channel.pk).update(last_success_at=Now(), error="", error_detail="")


def _put_off(delivery: RawDelivery, error: Exception) -> None:
    tries = delivery.attempts + 1
    due_at = None if tries >= TRIES else Now() + FIRST_PAUSE * 2**delivery.attempts
    RawDelivery.objects.filter(pk=delivery.pk).update(attempts=F("attempts") + 1, due_at=due_at, error=said(error))


def _webhook_of(channel: Channel) -> Webhook:
    webhook = KINDS[channel.kind].webhook
    if webhook is None:
        raise LookupError(f"{channel.slug} is no channel that is called")
    return webhook

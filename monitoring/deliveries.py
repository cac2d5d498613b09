"""Takes in what is pushed to us: kept verbatim first, then looked at, then stored; every item gets an answer."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from monitoring.channels.protocol import IncomingMention
from monitoring.channels.validate import Problem, id_of
from monitoring.ingest import IngestResult, Status, ingest, keep_delivery
from monitoring.models import Channel, RawDelivery

Looked = IncomingMention | Sequence[Problem]


def take_in(channel: Channel, origin: str, raw: Sequence[object], looked: Sequence[Looked]) -> list[IngestResult]:
    """Stores a delivery; `looked` says of each raw item what mention it is, or what is wrong with it.

    Returns what became of each item, in order. By the database's clock. Where storing fails, the delivery stays and
    says why.
    """
    delivery = keep_delivery(channel, origin, raw)
    try:
        with transaction.atomic():
            stored = iter(
                ingest(
                    channel,
                    [item for item in looked if isinstance(item, IncomingMention)],
                    delivery=delivery,
                    now=delivery.received_at,
                )
            )
            _count_unreadable(channel, delivery, sum(not isinstance(item, IncomingMention) for item in looked))
    except Exception as error:
        RawDelivery.objects.filter(pk=delivery.pk).update(error=f"{type(error).__name__}: {error}"[:500])
        raise
    return [
        next(stored) if isinstance(item, IncomingMention) else _refused(data, item)
        for data, item in zip(raw, looked, strict=True)
    ]


def _count_unreadable(channel: Channel, delivery: RawDelivery, count: int) -> None:
    if count:
        Channel.objects.filter(pk=channel.pk).update(received=F("received") + count, rejected=F("rejected") + count)
        RawDelivery.objects.filter(pk=delivery.pk).update(rejected=F("rejected") + count)


def _refused(data: object, problems: Sequence[Problem]) -> IngestResult:
    return IngestResult(id_of(data), Status.REJECTED, None, tuple(problems))

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
    """Stores a delivery; `looked` is what `parse_mention` made of each raw item: a mention, or what is wrong with it.

    Returns what became of each item, in order. By the database's clock. Where storing fails, the delivery stays and
    says why.
    """
    delivery = keep_delivery(channel, origin, raw)
    try:
        with transaction.atomic():
            good = [item for item in looked if isinstance(item, IncomingMention)]
            stored = iter(ingest(channel, good, delivery=delivery, now=delivery.received_at, checked=True))
            results = [
                next(stored) if isinstance(item, IncomingMention) else refusal(data, item)
                for data, item in zip(raw, looked, strict=True)
            ]
            count_unreadable(channel, delivery, len(looked) - len(good))
            keep_reasons(delivery, results)
    except Exception as error:
        RawDelivery.objects.filter(pk=delivery.pk).update(error=said(error))
        raise
    return results


def refusal(data: object, problems: Sequence[Problem]) -> IngestResult:
    return IngestResult(id_of(data), Status.REJECTED, None, tuple(problems))


def count_unreadable(channel: Channel, delivery: RawDelivery, count: int) -> None:
    """Accounts for items that never were mentions; `ingest` accounts for the others."""
    if count:
        Channel.objects.filter(pk=channel.pk).update(received=F("received") + count, rejected=F("rejected") + count)
        RawDelivery.objects.filter(pk=delivery.pk).update(rejected=F("rejected") + count)


def keep_reasons(delivery: RawDelivery, results: Sequence[IngestResult]) -> None:
    """Why items were rejected stays with the delivery, for the channel's health."""
    refused = [reasons_of(place, result) for place, result in enumerate(results) if result.errors]
    if refused:
        RawDelivery.objects.filter(pk=delivery.pk).update(refused=refused)


def reasons_of(place: int, result: IngestResult) -> dict[str, object]:
    errors = [{"field": problem.field, "reason": problem.reason} for problem in result.errors]
    return {"place": place, "external_id": result.external_id, "errors": errors}


def said(error: Exception) -> str:
    """An error in a line that a text column takes."""
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:500]

"""Puts lines of the script on the stage: through the same door as the API, and never twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from config.demo.company import CHANNELS
from config.demo.script import Change, Line
from monitoring.channels.protocol import IncomingMention
from monitoring.channels.validate import parse_mention
from monitoring.ingest import Status, ingest, keep_delivery
from monitoring.models import Channel, Mention, RawDelivery

ORIGIN = "api"


def hand_in(line: Line, posted_at: datetime, received_at: datetime) -> None:
    """Raises ValueError for a line that the API would not store as new."""
    take(line.channel, [line.as_json(posted_at)], received_at, Status.CREATED)


def hand_in_together(lines: list[Line], now: datetime, delay: timedelta) -> None:
    """The past in one batch per channel, as an import brings it; each line counts as received `delay` after it was
    said. Raises ValueError for a line that the API would not store as new."""
    for slug in sorted({line.channel for line in lines}):
        said = {line.id: line.as_json(line.posted_at(now)) for line in lines if line.channel == slug}
        came = {line.id: line.posted_at(now) + delay for line in lines if line.channel == slug}
        together = take(slug, list(said.values()), now, Status.CREATED)
        mentions = list(Mention.objects.filter(channel=together.channel, external_id__in=said).only("external_id"))
        for mention in mentions:
            mention.received_at = came[mention.external_id]
        Mention.objects.bulk_update(mentions, ["received_at"])
        RawDelivery.objects.bulk_create(
            RawDelivery(channel=together.channel, origin=ORIGIN, received_at=came[key], body=[item], items=1, created=1)
            for key, item in said.items()
        )
        together.delete()
        Channel.objects.filter(slug=slug).update(last_mention_at=max(came.values()))


def hand_in_change(line: Line, change: Change, posted_at: datetime, received_at: datetime) -> None:
    """The edit or deletion of a line that was handed in before. Raises ValueError when it changes nothing."""
    if change.text is None:
        delivery = take(line.channel, [{"external_id": line.id, "deleted": True}], received_at, Status.DELETED)
    else:
        edited = line.as_json(posted_at) | {"text": change.text, "revision": received_at.isoformat()}
        delivery = take(line.channel, [edited], received_at, Status.UPDATED)
    RawDelivery.objects.filter(pk=delivery.pk).update(received_at=received_at)


def take(slug: str, items: Sequence[Mapping[str, Any]], received_at: datetime, expected: Status) -> RawDelivery:
    parsed = [parse_mention(data) for data in items]
    mentions = [mention for mention in parsed if isinstance(mention, IncomingMention)]
    if len(mentions) < len(items):
        raise ValueError([problems for problems in parsed if not isinstance(problems, IncomingMention)])
    channel = Channel.objects.get(slug=slug)
    delivery = keep_delivery(channel, ORIGIN, items)
    results = ingest(channel, mentions, delivery=delivery, now=received_at)
    if other := [result for result in results if result.status != expected]:
        raise ValueError(other)
    return delivery


def not_yet_said(lines: list[Line]) -> list[Line]:
    """Whoever starts the demo again goes on where it stopped."""
    stored = Mention.objects.filter(channel__slug__in=CHANNELS, external_id__in=[line.id for line in lines])
    said = set(stored.values_list("channel__slug", "external_id"))
    return [line for line in lines if (line.channel, line.id) not in said]

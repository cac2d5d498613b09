"""Puts lines of the script on the stage: through the same door as the API, and never twice."""

from datetime import datetime

from config.demo.company import CHANNELS
from config.demo.script import Line
from monitoring.channels.protocol import IncomingMention
from monitoring.channels.validate import parse_mention
from monitoring.ingest import Status, ingest, keep_delivery
from monitoring.models import Channel, Mention

ORIGIN = "api"


def hand_in(line: Line, posted_at: datetime, received_at: datetime) -> None:
    """Raises ValueError for a line that the API would not store as new."""
    data = line.as_json(posted_at)
    mention = parse_mention(data)
    if not isinstance(mention, IncomingMention):
        raise ValueError(f"{line.id}: {mention}")
    channel = Channel.objects.get(slug=line.channel)
    (result,) = ingest(channel, [mention], delivery=keep_delivery(channel, ORIGIN, [data]), now=received_at)
    if result.status != Status.CREATED:
        raise ValueError(f"{line.id}: {result.status} {result.errors}")


def not_yet_said(lines: list[Line]) -> list[Line]:
    """Whoever starts the demo again goes on where it stopped."""
    stored = Mention.objects.filter(channel__slug__in=CHANNELS, external_id__in=[line.id for line in lines])
    said = set(stored.values_list("channel__slug", "external_id"))
    return [line for line in lines if (line.channel, line.id) not in said]

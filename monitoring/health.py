"""How each channel is doing: is it heard in time, and is everything that came in also there.

Figures cover the last 24 hours and read an index, so that they cost the same however large the archive has grown.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, Sum
from django.utils.translation import gettext

from monitoring.channels.registry import POLLED
from monitoring.models import Channel, Mention, RawDelivery

WINDOW = timedelta(hours=24)
MOST_COUNTED = 50_000
READ_WITHIN = timedelta(minutes=1)  # a delivery that waits for a worker is no fault before that
MOST_LOOKED_AT = 200  # deliveries with something rejected
MOST_REASONS = 3
OUTCOMES = ("items", "created", "updated", "duplicates", "deleted", "rejected")


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the last 24 hours. `stored` counts rows of mentions, the others what deliveries were accounted for."""

    stored: int
    received: int = 0
    created: int = 0
    updated: int = 0
    duplicates: int = 0
    deleted: int = 0
    rejected: int = 0

    @property
    def unaccounted(self) -> int:
        """Items that came in and were never decided on: a process died between keeping and storing them."""
        return self.received - (self.created + self.updated + self.duplicates + self.deleted + self.rejected)

    @property
    def missing(self) -> int:
        """Items that were said to be stored and are not there; 0 in a sound console, and above what is counted."""
        return 0 if self.is_capped else max(0, self.created - self.stored)

    @property
    def is_capped(self) -> bool:
        return self.stored >= MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why mentions were rejected: the field, a msgid, and how many of the deliveries looked at say so."""

    field: str
    reason: str
    count: int

    def in_words(self) -> str:
        reason = gettext(self.reason)
        return f"{self.field}: {reason}" if self.field else reason


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    channel: Channel
    counts: Counts
    lag: timedelta | None  # how long since it was heard without an error; None for channels that are not polled
    rejections: Sequence[Rejection] = ()  # the most frequent first

    @property
    def is_late(self) -> bool:
        """Not heard for three of its own intervals."""
        return self.lag is not None and self.lag > 3 * self.channel.poll_every

    @property
    def is_balanced(self) -> bool:
        return self.counts.unaccounted == 0 and self.counts.missing == 0

    @property
    def is_well(self) -> bool:
        return not self.channel.error and not self.is_late and self.channel.gap_since is None and self.is_balanced


def channel_health(now: datetime, channels: Sequence[Channel] | None = None) -> list[ChannelHealth]:
    """One row per channel, by name, in four queries."""
    rows = list(Channel.objects.all()) if channels is None else list(channels)
    since = now - WINDOW
    accounted = _accounted(rows, since, now)
    stored = _stored(rows, since)
    rejections = _rejections(rows, since)
    return [
        ChannelHealth(row, Counts(stored[row.pk], *accounted.get(row.pk, ())), _lag(row, now), rejections[row.pk])
        for row in rows
    ]


def _accounted(channels: Sequence[Channel], since: datetime, now: datetime) -> dict[int, tuple[int, ...]]:
    deliveries = RawDelivery.objects.filter(channel__in=channels, received_at__gte=since).order_by()
    deliveries = deliveries.exclude(due_at__isnull=False, received_at__gte=now - READ_WITHIN)
    sums = [Sum(name) for name in OUTCOMES]
    return {row[0]: row[1:] for row in deliveries.values("channel").annotate().values_list("channel", *sums)}


def _rejections(channels: Sequence[Channel], since: datetime) -> dict[int, list[Rejection]]:
    """From the newest deliveries of all channels together."""
    recent = RawDelivery.objects.filter(channel__in=channels, received_at__gte=since, rejected__gt=0)
    counted: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for channel, refused in recent.order_by("-received_at").values_list("channel", "refused")[:MOST_LOOKED_AT]:
        counted[channel].update((error["field"], error["reason"]) for entry in refused for error in entry["errors"])
    found: dict[int, list[Rejection]] = defaultdict(list)
    for channel, reasons in counted.items():
        found[channel] = [Rejection(*named, count) for named, count in reasons.most_common(MOST_REASONS)]
    return found


def _stored(channels: Sequence[Channel], since: datetime) -> dict[int, int]:
    recent = Mention.objects.filter(channel=OuterRef("pk"), received_at__gte=since).order_by().values("pk")
    counted = Func(ArraySubquery(recent[:MOST_COUNTED]), function="cardinality", output_field=IntegerField())
    rows = Channel.objects.filter(pk__in=[channel.pk for channel in channels]).order_by()
    return dict(rows.annotate(stored=counted).values_list("pk", "stored"))


def _lag(channel: Channel, now: datetime) -> timedelta | None:
    if channel.kind not in POLLED or channel.last_success_at is None:
        return None
    return max(now - channel.last_success_at, timedelta())

"""The way of the last 24 hours through each channel: received, stored, suggested, and what waits between the stages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Func, IntegerField, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from monitoring.channels.registry import KINDS, POLLED
from monitoring.health import MOST_COUNTED, WINDOW, ChannelHealth
from monitoring.health import channel_health as health_of_channels
from monitoring.models import Channel, Mention, Reading

HOURS = int(WINDOW.total_seconds() // 3600)


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """`waiting`: stored mentions, of whatever age, that have no suggestion yet."""

    health: ChannelHealth
    suggested: int
    waiting: int

    @property
    def kind(self) -> str | Promise:
        kind = KINDS.get(self.health.channel.kind)
        return kind.label if kind else self.health.channel.kind

    @property
    def is_polled(self) -> bool:
        """Whether we ask it; the other kinds hand over what they have."""
        return self.health.channel.kind in POLLED

    @property
    def state(self) -> tuple[str, Promise]:
        """The worst that is true, as a tone and a word."""
        channel = self.health.channel
        if channel.state == Channel.State.PAUSED:
            return "", _("Paused")
        if channel.error:
            return "danger", _("Failing")
        if not self.health.is_balanced:
            return "danger", _("Incomplete")
        if self.health.is_late:
            return "warning", _("Late")
        if channel.gap_since:
            return "warning", _("With a gap")
        return "ok", _("Working")


def channel_rows(now: datetime, channels: Iterable[Channel] | None = None) -> list[ChannelRow]:
    """Of these channels, or of all by name; seven queries, whatever their number and the size of the archive."""
    healths = health_of_channels(now, None if channels is None else list(channels))
    suggested, waiting = count_suggested([health.channel for health in healths], now), count_waiting()
    return [ChannelRow(health, suggested[health.channel.pk], waiting.get(health.channel.pk, 0)) for health in healths]


def count_suggested(channels: Sequence[Channel], now: datetime) -> dict[int, int]:
    recent = Mention.objects.filter(channel=OuterRef("pk"), received_at__gte=now - WINDOW, triage__isnull=False)
    found = ArraySubquery(recent.order_by().values("pk")[:MOST_COUNTED])
    counted = Func(found, function="cardinality", output_field=IntegerField())
    rows = Channel.objects.filter(pk__in=[channel.pk for channel in channels]).order_by()
    return dict(rows.annotate(suggested=counted).values_list("pk", "suggested"))


def count_waiting() -> dict[int, int]:
    """Unread mentions and readings that nobody took up: both have an index of their own, empty when all is well."""
    unread = Mention.objects.filter(needs_reading=True).order_by().values_list("channel").annotate(Count("pk"))
    fresh = Reading.objects.filter(taken_up=False).order_by().values_list("mention__channel").annotate(Count("pk"))
    waiting = dict(unread)
    for channel, count in fresh:
        waiting[channel] = waiting.get(channel, 0) + count
    return waiting

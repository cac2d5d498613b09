"""Who sees which rows: the one rule behind every list, page, count and call of the API.

A row is visible with its channel. Which channels a person sees is one query per request (accounts/units.py is the
rule); the queries of the central team then carry no filter at all.
"""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection, models
from django.db.models import Q

from accounts.models import User
from accounts.units import keep_apart, units_around

KEPT = "_visible_channel_ids"  # on the person, as Django keeps permissions: a request has a person of its own


def visible_channel_ids(person: User) -> tuple[int, ...] | None:
    """The channels this person sees, None for every one; one small query per request."""
    if not hasattr(person, KEPT):
        setattr(person, KEPT, _ask(person))
    ids: tuple[int, ...] | None = getattr(person, KEPT)
    return ids


def channels_heard_by(user_id: int) -> Collection[int] | None:
    """As `visible_channel_ids`, for the live stream, which asks from outside a request; keeps no connection."""
    try:
        person = User.objects.filter(pk=user_id).first()
        return visible_channel_ids(person) if person else ()
    finally:
        connection.close()


def sees_channel(person: User, channel_id: int | None) -> bool:
    """False for no channel, unless the person sees every one."""
    ids = visible_channel_ids(person)
    return ids is None or channel_id in ids


class OfChannel(models.QuerySet):
    """Rows that belong to a channel, by `path_to_channel`."""

    path_to_channel = "channel"

    def visible_to(self, person: User) -> Any:
        """Those of the channels that this person sees."""
        ids = visible_channel_ids(person)
        return self if ids is None else self.filter(**{f"{self.path_to_channel}__in": ids})

    def keeps_from(self, person: User, pk: int) -> bool:
        """Whether the row of this key is none of theirs; asks nothing for whoever sees every channel."""
        return visible_channel_ids(person) is not None and not self.visible_to(person).filter(pk=pk).exists()


class Channels(OfChannel):
    path_to_channel = "pk"


class OfMention(OfChannel):
    """Rows that belong to a mention, and so to its channel."""

    path_to_channel = "mention__channel"


def _ask(person: User) -> tuple[int, ...] | None:
    if not person.is_active:
        return ()
    if person.is_agency:
        return tuple(person.agency_channels.order_by().values_list("pk", flat=True))
    if person.is_superuser:
        return None
    channel_ids = ArrayAgg("channels", filter=Q(channels__isnull=False), default=[])
    units: list[Any] = list(units_around(person).annotate(channel_ids=channel_ids))
    if not keep_apart(units):
        return None
    return tuple(pk for unit in units if unit.is_mine for pk in unit.channel_ids)

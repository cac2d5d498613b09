"""Stores what channels hand over: each post once, each change of its text as a revision, each deletion as a tombstone.

The number of statements does not grow with the batch. Batches of one channel take turns on the channel's row, so that
two processes that store the same items end in one row each.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import F

from monitoring import mention_rows
from monitoring.authors import store_authors
from monitoring.channels.protocol import IncomingMention, Op
from monitoring.channels.validate import Problem, problems_of, storable
from monitoring.conversations import store_conversations
from monitoring.models import Channel, RawDelivery, Revision
from plumbing.nudge import nudge

MOST_AT_ONCE = 1_000


class Status(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    DELETED = "deleted"
    REJECTED = "rejected"


COUNTED = {  # in these columns of a delivery
    Status.CREATED: "created",
    Status.UPDATED: "updated",
    Status.DUPLICATE: "duplicates",
    Status.DELETED: "deleted",
    Status.REJECTED: "rejected",
}


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one item; `mention_id` is None for rejected items and for deletions of what we never had."""

    external_id: str
    status: Status
    mention_id: int | None = None
    errors: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Fate:
    """What is known of one post, and what this batch makes of it."""

    stored: mention_rows.Stored | None
    item: IncomingMention | None = None  # the newest version in this batch
    text: str | None = None
    revision: str = ""
    is_deleted: bool = False
    superseded: list[tuple[str, str]] = field(default_factory=list)  # (text, revision), oldest first
    outdated: set[str] = field(default_factory=set)  # revisions that were superseded before


def keep_delivery(channel: Channel, origin: str, raw: Iterable[object]) -> RawDelivery:
    """Keeps what came in, verbatim, before anybody reads it; commit it before `ingest`.

    Its `received_at`, by the database's clock, is the `now` of `ingest`.
    """
    body = [storable(item) for item in raw]
    return RawDelivery.objects.create(channel=channel, origin=origin, body=body, items=len(body))


@transaction.atomic
def ingest(
    channel: Channel,
    items: Sequence[IncomingMention],
    *,
    delivery: RawDelivery | None,
    now: datetime,
    checked: bool = False,
) -> list[IngestResult]:
    """Stores a batch and says what became of each item, in its order.

    The same item again is a duplicate, with another text an update: the superseded text becomes a Revision and the
    mention is read anew. What was deleted stays deleted. `now` is the time of receipt; nobody posts after it.
    `checked`: all items come straight from `parse_mention`, and nothing was wrong with them.
    """
    Channel.objects.select_for_update(no_key=True).only("pk").get(pk=channel.pk)
    refused = {} if checked else _refused(items)
    accepted = [item for position, item in enumerate(items) if position not in refused]
    fates = _fates(channel, accepted)
    decided = iter([_decide(fates[item.external_id], item) for item in accepted])
    ids = _store(channel, fates, now)
    results = [
        IngestResult(item.external_id, Status.REJECTED, None, refused[position])
        if position in refused
        else IngestResult(item.external_id, next(decided), ids.get(item.external_id))
        for position, item in enumerate(items)
    ]
    _count(channel, delivery, Counter(result.status for result in results), now)
    return results


def _refused(items: Sequence[IncomingMention]) -> dict[int, tuple[Problem, ...]]:
    return {position: tuple(problems) for position, item in enumerate(items) if (problems := problems_of(item))}


def _fates(channel: Channel, items: Sequence[IncomingMention]) -> dict[str, _Fate]:
    stored = mention_rows.find(channel.pk, {item.external_id for item in items})
    fates = {item.external_id: _Fate(None) for item in items}
    fates |= {key: _Fate(row, None, row.text, row.revision, row.is_deleted) for key, row in stored.items()}
    edited = [item.external_id for item in items if item.revision and fates[item.external_id].text != item.text]
    known = {row.id: fates[key] for key, row in stored.items() if key in edited}
    if known:
        for pk, revisions in mention_rows.earlier_revisions(known).items():
            known[pk].outdated |= revisions
    return fates


def _decide(fate: _Fate, item: IncomingMention) -> Status:
    """Takes one item into its post's fate, as if the items of a batch had come one by one."""
    if item.op is Op.DELETE:
        fate.is_deleted = True
        return Status.DELETED
    if fate.is_deleted:
        return Status.DELETED
    if fate.text is None:
        fate.item, fate.text, fate.revision = item, item.text, item.revision
        return Status.CREATED
    if item.text == fate.text:
        fate.item = item
        return Status.DUPLICATE
    if item.revision and item.revision in fate.outdated:
        return Status.DUPLICATE  # an older version that arrives late
    fate.superseded.append((fate.text, fate.revision))
    fate.outdated.add(fate.revision)
    fate.item, fate.text, fate.revision = item, item.text, item.revision
    return Status.UPDATED


def _store(channel: Channel, fates: dict[str, _Fate], now: datetime) -> dict[str, int]:
    """Writes every fate; external id → id of all posts that are stored now."""
    seen = [fate.item for fate in fates.values() if fate.item]
    authors = store_authors(channel.pk, [item.author for item in seen if item.author])
    conversations = store_conversations(channel.pk, seen)
    ids = {key: fate.stored.id for key, fate in fates.items() if fate.stored}
    rows = mention_rows.Rows(channel.pk, authors, conversations, now)
    new = [(fate.item, fate.is_deleted) for fate in fates.values() if fate.item and not fate.stored]
    ids |= mention_rows.insert(rows, new)
    rewritten = [(ids[key], fate.item) for key, fate in fates.items() if fate.stored and fate.superseded and fate.item]
    mention_rows.rewrite(rows, rewritten)
    refreshed = [
        (ids[key], fate.item)
        for key, fate in fates.items()
        if fate.stored and fate.item and not fate.superseded and mention_rows.differs(fate.stored, fate.item)
    ]
    mention_rows.refresh(rows, refreshed)
    gone = [fate.stored.id for fate in fates.values() if fate.stored and fate.is_deleted and not fate.stored.is_deleted]
    mention_rows.bury(gone, now)
    _keep_revisions(ids, fates, now)
    if rewritten or any(not is_deleted for _item, is_deleted in new):
        nudge("mentions.stored")
    return ids


def _keep_revisions(ids: dict[str, int], fates: dict[str, _Fate], now: datetime) -> None:
    revisions = [
        Revision(mention_id=ids[key], text=text, revision=revision, superseded_at=now)
        for key, fate in fates.items()
        for text, revision in fate.superseded
    ]
    if revisions:
        Revision.objects.bulk_create(revisions)


def _count(channel: Channel, delivery: RawDelivery | None, counts: Counter[Status], now: datetime) -> None:
    """Every item is accounted for, on the channel for good and on its delivery for 30 days."""
    changes = _more(received=counts.total(), rejected=counts[Status.REJECTED])
    if counts[Status.CREATED]:
        changes["last_mention_at"] = now
    if changes:
        Channel.objects.filter(pk=channel.pk).update(**changes)
    if delivery and counts:
        became = {COUNTED[status]: count for status, count in counts.items()}
        RawDelivery.objects.filter(pk=delivery.pk).update(**_more(**became))


def _more(**counts: int) -> dict[str, Any]:
    return {name: F(name) + count for name, count in counts.items() if count}

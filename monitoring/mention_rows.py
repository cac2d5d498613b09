"""The statements that write mentions: one each, whatever the size of the batch.

`unnest` turns columns of values into rows, so that PostgreSQL plans and checks one statement instead of a thousand.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from monitoring import batch_rows
from monitoring.batch_rows import Columns, places, values_of
from monitoring.channels.protocol import IncomingMention
from monitoring.models import Mention, Reading, Revision
from plumbing.nudge import nudge

TABLE = Mention._meta.db_table
LOOKED_AT = ("external_id", "id", "text", "revision", "deleted_at", "url", "engagement", "attachments")


@dataclass(frozen=True, slots=True)
class Stored:
    """What ingest must know of a mention that is there already."""

    id: int
    text: str
    revision: str
    is_deleted: bool
    url: str
    engagement: Mapping[str, int | None]
    attachments: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Rows:
    """What all rows of a batch share: the channel, external id → author and → conversation, the time of receipt."""

    channel_id: int
    authors: Mapping[str, int]
    conversations: Mapping[str, int]
    now: datetime

    def author_of(self, item: IncomingMention) -> int | None:
        return self.authors[item.author.external_id] if item.author else None


def find(channel_id: int, external_ids: Collection[str]) -> dict[str, Stored]:
    """The mentions of a channel that are there already, by external id, deleted ones too."""
    rows = batch_rows.find(TABLE, LOOKED_AT, channel_id, external_ids)
    return {
        key: Stored(pk, text, revision, deleted_at is not None, url, json.loads(engagement), json.loads(attachments))
        for key, pk, text, revision, deleted_at, url, engagement, attachments in rows
    }


def earlier_revisions(ids: Collection[int]) -> dict[int, set[str]]:
    """Mention → the names of the versions that were superseded already."""
    found: dict[int, set[str]] = {}
    for pk, revision in (
        Revision.objects.filter(mention__in=ids).exclude(revision="").values_list("mention", "revision")
    ):
        found.setdefault(pk, set()).add(revision)
    return found


def differs(stored: Stored, item: IncomingMention) -> bool:
    """Whether something else than the text changed that the channel now says."""
    return (
        (bool(item.engagement) and stored.engagement != {**stored.engagement, **item.engagement})
        or (bool(item.url) and stored.url != item.url)
        or (bool(item.attachments) and list(stored.attachments) != list(item.attachments))
        or (bool(item.revision) and stored.revision != item.revision)
    )


def insert(rows: Rows, new: Sequence[tuple[IncomingMention, bool]]) -> dict[str, int]:
    """External id → id of the new mentions; the flag says that a post was deleted in the very batch that brought it."""
    if not new:
        return {}
    items = [item for item, _gone in new]
    columns = _common_columns(rows, items) | {
        "external_id": ("text", [item.external_id for item in items]),
        "posted_at": ("timestamptz", [min(item.posted_at or rows.now, rows.now) for item in items]),
        "deleted_at": ("timestamptz", [rows.now if gone else None for _item, gone in new]),
        "needs_reading": ("boolean", [not gone for _item, gone in new]),
    }
    statement = f"""
        INSERT INTO {TABLE} (channel_id, received_at, {", ".join(columns)})
        SELECT %s, %s, * FROM unnest({places(columns)})
        RETURNING external_id, id
    """  # noqa: S608 - the names are ours
    with connection.cursor() as cursor:
        cursor.execute(statement, [rows.channel_id, rows.now, *values_of(columns)])
        return dict(cursor.fetchall())


def rewrite(rows: Rows, changed: Sequence[tuple[int, IncomingMention]]) -> None:
    """Takes over a new version of posts, which are then read anew. When a post was first made stays."""
    if not changed:
        return
    items = [item for _pk, item in changed]
    columns = {"id": ("bigint", [pk for pk, _item in changed])} | _common_columns(rows, items)
    _update(columns, ["needs_reading = mention.deleted_at IS NULL"])


def refresh(rows: Rows, changed: Sequence[tuple[int, IncomingMention]]) -> None:
    """Takes over reactions, address, pictures and revision where the text stayed the same."""
    if not changed:
        return
    common = _common_columns(rows, [item for _pk, item in changed])
    columns = {"id": ("bigint", [pk for pk, _item in changed])}
    _update(columns | {name: common[name] for name in ("engagement", "attachments", "url", "revision")}, [])


def bury(ids: Sequence[int], now: datetime) -> None:
    """Hides posts that their channel deleted and tells the next stage; what we decided about them stays."""
    if ids:
        Mention.objects.filter(pk__in=ids).update(deleted_at=now, needs_reading=False)
        Reading.objects.filter(mention__in=ids).update(taken_up=False)
        nudge("readings.stored")


def _common_columns(rows: Rows, items: Sequence[IncomingMention]) -> Columns:
    return {
        "author_id": ("bigint", [rows.author_of(item) for item in items]),
        "conversation_id": ("bigint", [rows.conversations.get(item.external_id) for item in items]),
        "in_reply_to": ("text", [item.in_reply_to for item in items]),
        "kind": ("text", [item.kind for item in items]),
        "url": ("text", [item.url for item in items]),
        "text": ("text", [item.text for item in items]),
        "language": ("text", [item.language for item in items]),
        "visibility": ("text", [item.visibility for item in items]),
        "revision": ("text", [item.revision for item in items]),
        "engagement": ("jsonb", [json.dumps(dict(item.engagement)) for item in items]),
        "attachments": ("jsonb", [json.dumps(list(item.attachments)) for item in items]),
    }


def _update(columns: Columns, further: Sequence[str]) -> None:
    assignments = [f"{name} = {_new_value(name)}" for name in columns if name != "id"]
    statement = f"""
        UPDATE {TABLE} AS mention SET {", ".join([*assignments, *further])}
        FROM unnest({places(columns)}) AS new ({", ".join(columns)})
        WHERE mention.id = new.id
    """  # noqa: S608 - the names are ours
    with connection.cursor() as cursor:
        cursor.execute(statement, values_of(columns))


def _new_value(column: str) -> str:
    """What an edit leaves unsaid stays as it was."""
    if column in ("author_id", "conversation_id"):
        return f"COALESCE(new.{column}, mention.{column})"
    if column in ("url", "language", "in_reply_to", "revision"):
        return f"COALESCE(NULLIF(new.{column}, ''), mention.{column})"
    if column == "engagement":
        return "mention.engagement || new.engagement"
    if column == "attachments":
        return "CASE WHEN new.attachments = '[]' THEN mention.attachments ELSE new.attachments END"
    return f"new.{column}"

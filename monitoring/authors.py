"""Keeps who wrote: a row per account and channel, refreshed by what the channel says, never emptied by its silence."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from django.db import connection

from monitoring.batch_rows import Columns, find, places, values_of
from monitoring.channels.protocol import IncomingAuthor
from monitoring.models import Author

TABLE = Author._meta.db_table
REFRESHED = {"handle": "text", "display_name": "text", "url": "text", "followers": "bigint", "verified": "boolean"}
Said = tuple[Any, ...]  # a value per REFRESHED column
NOTHING: Said = ("", "", "", None, False)
said_by = attrgetter(*REFRESHED)


def store_authors(channel_id: int, authors: Iterable[IncomingAuthor]) -> dict[str, int]:
    """External id → id. Writes only accounts that are new or say something new; the last word of a batch counts."""
    incoming = {author.external_id: said_by(author) for author in authors}
    known = {row[0]: row for row in find(TABLE, ("external_id", "id", *REFRESHED), channel_id, incoming)}
    news = {}
    for external_id in sorted(incoming):
        row = known.get(external_id)
        said = _combined(row[2:] if row else NOTHING, incoming[external_id])
        if row is None or said != row[2:]:
            news[external_id] = said
    return {external_id: row[1] for external_id, row in known.items()} | _write(channel_id, news)


def _combined(before: Said, now: Said) -> Said:
    """Empty texts and None say nothing."""
    return tuple(old if new is None or new == "" else new for old, new in zip(before, now, strict=True))


def _write(channel_id: int, news: Mapping[str, Said]) -> dict[str, int]:
    if not news:
        return {}
    values = zip(*news.values(), strict=True)
    columns: Columns = {"external_id": ("text", list(news))} | {
        name: (kind, list(column)) for (name, kind), column in zip(REFRESHED.items(), values, strict=True)
    }
    taken_over = ", ".join(f"{name} = excluded.{name}" for name in REFRESHED)
    statement = f"""
        INSERT INTO {TABLE} (channel_id, kind, by_us, {", ".join(columns)})
        SELECT %s, %s, false, * FROM unnest({places(columns)})
        ON CONFLICT (channel_id, external_id) DO UPDATE SET {taken_over}
        RETURNING external_id, id
    """  # noqa: S608 - the names are ours
    with connection.cursor() as cursor:
        cursor.execute(statement, [channel_id, Author.Kind.UNKNOWN, *values_of(columns)])
        return dict(cursor.fetchall())

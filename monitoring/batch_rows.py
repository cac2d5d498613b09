"""Many rows in one statement: the same number of statements, and the same plan, whatever the size of a batch."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

Columns = dict[str, tuple[str, list[Any]]]  # name → (PostgreSQL's type, a value per row)


def find(table: str, names: Sequence[str], channel_id: int, external_ids: Collection[str]) -> list[tuple[Any, ...]]:
    """The columns `names` of a channel's rows with these external ids. JSON comes as text.

    Each id is looked up by itself: asked for all of them at once, PostgreSQL reads through the whole channel as long as
    it has no statistics, and a crisis does not wait for them.
    """
    if not external_ids:
        return []
    statement = f"""
        SELECT found.* FROM unnest(%s::text[]) AS wanted (external_id) CROSS JOIN LATERAL (
            SELECT {", ".join(names)} FROM {table}
            WHERE channel_id = %s AND external_id = wanted.external_id LIMIT 1
        ) AS found
    """  # noqa: S608 - the names are ours
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(external_ids), channel_id])
        return cursor.fetchall()


def places(columns: Columns) -> str:
    """The arguments of `unnest`, whose values are `values_of` the same columns."""
    return ", ".join(f"%s::{kind}[]" for kind, _values in columns.values())


def values_of(columns: Columns) -> list[list[Any]]:
    return [values for _kind, values in columns.values()]

"""Finds the story of each mention: exact copies share one, whatever their channel; all others are a story of one."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection


def own_fingerprint(mention_id: int) -> str:
    """The fingerprint of a story that nothing else can join."""
    return f"only-{mention_id}"


def find_stories(first_posted: Mapping[str, datetime]) -> dict[str, int]:
    """Fingerprint → id of its story, made where there is none; a story begins with its earliest mention.

    One statement, in the order of the fingerprints, so that two workers with the same copies wait and never deadlock.
    """
    if not first_posted:
        return {}
    fingerprints = sorted(first_posted)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO monitoring_story AS story (fingerprint, first_posted_at)
            SELECT * FROM unnest(%s::text[], %s::timestamptz[])
            ON CONFLICT (fingerprint) DO UPDATE
            SET first_posted_at = LEAST(story.first_posted_at, excluded.first_posted_at)
            RETURNING fingerprint, id
            """,
            [fingerprints, [first_posted[fingerprint] for fingerprint in fingerprints]],
        )
        return dict(cursor.fetchall())

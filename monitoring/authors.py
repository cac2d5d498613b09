"""Keeps who wrote: a row per account and channel, refreshed by what the channel says, never emptied by its silence."""

from collections.abc import Iterable

from monitoring.channels.protocol import IncomingAuthor
from monitoring.models import Author

REFRESHED = ["handle", "display_name", "url", "followers", "verified"]


def store_authors(channel_id: int, authors: Iterable[IncomingAuthor]) -> dict[str, int]:
    """External id → id. Writes only accounts that are new or say something new; the last word of a batch counts."""
    incoming = {author.external_id: author for author in authors}
    if not incoming:
        return {}
    known = {row.external_id: row for row in Author.objects.filter(channel_id=channel_id, external_id__in=incoming)}
    changed = []
    for external_id in sorted(incoming):
        row = known.get(external_id) or Author(channel_id=channel_id, external_id=external_id)
        if _take_over(row, incoming[external_id]) or row.pk is None:
            changed.append(row)
    if changed:
        written = Author.objects.bulk_create(
            [Author(channel_id=channel_id, external_id=row.external_id, **_refreshed(row)) for row in changed],
            update_conflicts=True,
            unique_fields=["channel", "external_id"],
            update_fields=REFRESHED,
        )
        known |= {row.external_id: row for row in written}
    return {external_id: row.pk for external_id, row in known.items()}


def _take_over(row: Author, author: IncomingAuthor) -> bool:
    """Whether the row changed. Empty fields and None say nothing."""
    news = {name: getattr(author, name) for name in REFRESHED if getattr(author, name) not in ("", None)}
    changed = {name: value for name, value in news.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _refreshed(row: Author) -> dict[str, object]:
    return {name: getattr(row, name) for name in REFRESHED}

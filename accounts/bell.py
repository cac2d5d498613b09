"""The bell: short lines that tell one person what needs them. Any app may ring it."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import BellItem
from plumbing.live import publish

COUNT_CAP = 99
Group = BellItem.Group


def ring(person_id: int, *, group: str, key: str, title: str, url: str) -> None:
    """Adds a line to a person's bell and tells their open consoles, when the surrounding transaction commits.

    `title` is in the person's language and safe on a lock screen; ringing again with the same `key` adds nothing.
    """
    item = BellItem(person_id=person_id, group=Group(group), key=key, title=title, url=url)
    BellItem.objects.bulk_create([item], ignore_conflicts=True)
    changed(person_id)


def unread(person_id: int, limit: int = 50) -> list[BellItem]:
    """The newest unread lines, those that need the person first."""
    needs_you_first = BellItem.objects.unread_of(person_id).order_by("-group", "-created_at", "-id")
    return list(needs_you_first[:limit])


def needs_you_count(person_id: int) -> int:
    """How many unread lines need the person, counted up to one more than COUNT_CAP."""
    return BellItem.objects.unread_of(person_id).filter(group=Group.NEEDS_YOU)[: COUNT_CAP + 1].count()


def mark_read(person_id: int, ids: Iterable[int] | None = None) -> int:
    """Marks these lines of the person as read, or all of them without `ids`; returns how many changed."""
    lines = BellItem.objects.unread_of(person_id)
    if ids is not None:
        lines = lines.filter(pk__in=ids)
    count = lines.update(read_at=timezone.now())
    if count:
        changed(person_id)
    return count


def settle(person_id: int, key: str) -> None:
    """What the line `key` rang for is settled: the person no longer needs to read it."""
    if BellItem.objects.unread_of(person_id).filter(key=key).update(read_at=timezone.now()):
        changed(person_id)


def changed(person_id: int) -> None:
    """Says `{type: bell, id: person}` on the live stream, to the person's own consoles only."""
    publish("bell", person_id, 0, to=person_id)

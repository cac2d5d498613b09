"""RSS, Atom and JSON Feed: asks politely, remembers what it has seen, and says when something may be missing.

The cursor holds the validators of the last answer and a hash per entry of the feed's window, so that only new and
changed entries are handed on.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_noop as _

from monitoring.channels.feed_parse import Entry, parse_feed
from monitoring.channels.protocol import Batch, ChannelError, IncomingAuthor, IncomingMention, Terms
from plumbing.http import Fetched, fetch
from plumbing.retry_after import retry_after
from plumbing.vetted import FetchError

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
LONGEST_KEY = 500


@dataclass(frozen=True, slots=True)
class _Memory:
    """The cursor in the open: for which address, its new address if it moved, validators, entry → hash."""

    address: str
    moved_to: str = ""
    etag: str = ""
    modified: str = ""
    seen: dict[str, str] = field(default_factory=dict)


class FeedSource:
    """One feed at one address."""

    terms = Terms()

    def __init__(self, address: str) -> None:
        self.address = address

    def fetch(self, cursor: str | None, limit: int) -> Batch:
        """New and changed entries, oldest first. Raises ChannelError."""
        memory = _remembered(cursor, self.address)
        answer = _ask(memory)
        if answer.status == 304:
            return Batch([], _written(replace(memory, moved_to=answer.moved_to or memory.moved_to)))
        _refuse_errors(answer)
        entries = parse_feed(answer.body, answer.headers.get("content-type", ""), answer.url)
        return _batch(entries, memory, answer, limit)


def _ask(memory: _Memory) -> Fetched:
    headers = {"accept": ACCEPT}
    if memory.etag:
        headers["if-none-match"] = memory.etag
    if memory.modified:
        headers["if-modified-since"] = memory.modified
    try:
        return fetch(memory.moved_to or memory.address, headers=headers)
    except FetchError as error:
        raise ChannelError(error.reason, permanent=error.permanent, detail=error.detail) from error


def _refuse_errors(answer: Fetched) -> None:
    status, detail = answer.status, f"HTTP {answer.status}"
    if status == 200:
        return
    if status == 410:
        raise ChannelError(_("The feed was closed for good."), permanent=True, detail=detail)
    if status == 404:
        raise ChannelError(_("There is no feed at this address."), detail=detail)
    if status in (401, 403):
        raise ChannelError(_("The server refuses us the feed."), permanent=True, detail=detail)
    if status in (429, 503):
        pause = retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC))
        raise ChannelError(_("The server asks us to come back later."), detail=detail, retry_after=pause)
    raise ChannelError(_("The server answers with an error."), permanent=400 <= status < 500, detail=detail)


def _batch(entries: list[Entry], memory: _Memory, answer: Fetched, limit: int) -> Batch:
    window = {_identity(entry): entry for entry in reversed(entries)}  # feeds stand newest first
    fresh = [(key, entry) for key, entry in window.items() if memory.seen.get(key) != _hash(entry)]
    fresh.sort(key=lambda pair: pair[1].posted_at or datetime.max.replace(tzinfo=UTC))
    taken, more = fresh[:limit], len(fresh) > limit
    seen = {key: memory.seen[key] for key in window if key in memory.seen} | {key: _hash(e) for key, e in taken}
    items = [_mention(key, entry) for key, entry in taken if entry.text]
    kept = replace(
        memory,
        moved_to=answer.moved_to or memory.moved_to,
        etag="" if more else answer.headers.get("etag", "")[:500],
        modified="" if more else answer.headers.get("last-modified", "")[:100],
        seen=seen,
    )
    gap = bool(memory.seen and window) and memory.seen.keys().isdisjoint(window)
    return Batch(items, _written(kept), more=more, gap=gap)


def _mention(key: str, entry: Entry) -> IncomingMention:
    return IncomingMention(
        external_id=key,
        revision=_hash(entry),
        text=entry.text,
        posted_at=entry.posted_at,
        url=entry.url,
        language=entry.language if len(entry.language) <= 12 else "",
        kind="article",
        author=_author(entry),
        attachments=[{"type": "image", "url": picture, "description": ""} for picture in entry.pictures],
        raw=_as_json(entry),
    )


def _author(entry: Entry) -> IncomingAuthor | None:
    if not entry.author:
        return None
    name = entry.author[:300]
    return IncomingAuthor(external_id=(entry.author_url or name)[:500], display_name=name, url=entry.author_url)


def _identity(entry: Entry) -> str:
    """The guid or link; what is too long or missing is replaced by a hash of it or of the text."""
    if entry.key and len(entry.key) <= LONGEST_KEY:
        return entry.key
    return "sha256:" + sha256((entry.key or entry.text).encode()).hexdigest()


def _hash(entry: Entry) -> str:
    return sha256(f"{entry.url}\n{entry.text}".encode()).hexdigest()[:16]


def _as_json(entry: Entry) -> dict[str, Any]:
    posted_at = entry.posted_at.isoformat() if entry.posted_at else None
    return asdict(entry) | {"posted_at": posted_at, "pictures": list(entry.pictures)}


def _remembered(cursor: str | None, address: str) -> _Memory:
    """A cursor of another address, or one that cannot be read, is no memory: the whole window is new."""
    try:
        memory = _Memory(**json.loads(cursor or "{}"))
    except (ValueError, TypeError):
        return _Memory(address)
    return memory if memory.address == address else _Memory(address)


def _written(memory: _Memory) -> str:
    return json.dumps(asdict(memory), ensure_ascii=False, separators=(",", ":"))

"""The one look at what comes in: the API, files, webhooks and adapters all pass here.

`parse_mention` reads the contract's JSON; `problems_of` holds the limits that every mention keeps, wherever it is from.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop as _

from monitoring.channels.protocol import IncomingAuthor, IncomingMention, Op
from monitoring.channels.protocol import Problem as Problem

MOST_CHARACTERS = 50_000
MOST_ATTACHMENTS = 50
MOST_LEVELS = 32
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_NUMBER = 2**63 - 1
VISIBLE = ("public", "unlisted")
ENGAGEMENT = ("likes", "shares", "replies", "views")
REQUIRED = ("external_id", "text", "posted_at")
LIMITS = {
    "external_id": 500,
    "in_reply_to": 500,
    "conversation": 500,
    "url": 2000,
    "kind": 32,
    "language": 12,
    "revision": 200,
    "text": MOST_CHARACTERS,
}
AUTHOR_LIMITS = {"external_id": 500, "handle": 300, "display_name": 300, "url": 2000}
BROKEN = re.compile("[\x00\ud800-\udfff]")
SPACE = re.compile(r"\s")
PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(/\S*)?")  # nearly every one; the others are taken apart
SPACE_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")

MISSING = _("This field is required.")
NOT_TEXT = _("This must be text.")
NOT_A_NUMBER = _("This must be a whole number that is not negative.")
NOT_YES_OR_NO = _("This must be true or false.")
NOT_AN_OBJECT = _("This must be an object.")
NOT_A_LIST = _("This must be a list of objects.")
NOT_A_TIME = _("This must be a time in ISO 8601 with its offset, such as 2026-11-20T08:15:00Z.")
TOO_EARLY = _("This must be a time after 1969.")
NOT_A_WEB_ADDRESS = _("This must be an http or https address.")
NOT_STORABLE = _("This holds signs that are not text (NUL or half characters).")
TOO_LONG = _("This is too long.")
TOO_MANY = _("There are too many of these.")
TOO_DEEP = _("This is nested too deeply.")
PRIVATE = _("Private posts are not taken in.")
NOT_A_VISIBILITY = _("This must be public or unlisted.")


def parse_mention(data: Any) -> IncomingMention | list[Problem]:
    """A mention from the contract's JSON (without `channel`), or all that is wrong with it, field by field."""
    if not isinstance(data, Mapping):
        return [Problem("", NOT_AN_OBJECT)]
    if _is_deeper(data, MOST_LEVELS):
        return [Problem("", TOO_DEEP)]
    read = _Reader(data)
    deleted = read.flag("deleted") or False
    for name in REQUIRED[:1] if deleted else REQUIRED:
        value = data.get(name)
        if value is None or (value == "" and name != "text"):  # a picture may stand without words
            read.problem(name, MISSING)
    mention = IncomingMention(
        external_id=read.text("external_id", number_allowed=True),
        op=Op.DELETE if deleted else Op.UPSERT,
        revision=read.text("revision", number_allowed=True),
        text=read.text("text"),
        posted_at=read.time("posted_at"),
        url=read.text("url"),
        language=read.text("language"),
        kind=read.text("kind") or "post",
        visibility=read.text("visibility") or "public",
        author=_author(read),
        in_reply_to=read.text("in_reply_to", number_allowed=True),
        conversation=read.text("conversation", number_allowed=True),
        engagement=_engagement(read),
        attachments=_attachments(read),
        raw=data,
    )
    known = {problem.field for problem in read.problems}
    return read.problems + [p for p in problems_of(mention) if p.field not in known] or mention


def problems_of(mention: IncomingMention) -> list[Problem]:
    """What keeps a mention from being stored; nothing for one that may be."""
    return list(_problems(mention))


def storable(value: Any, levels: int = MOST_LEVELS + 1) -> Any:
    """JSON as PostgreSQL takes it: NUL and half characters become �, and so does what lies too deep.

    For raw deliveries, which refuse nothing.
    """
    if isinstance(value, str):
        return BROKEN.sub("�", value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return (
            {BROKEN.sub("�", str(key)): storable(inner, levels - 1) for key, inner in value.items()} if levels else "�"
        )
    if isinstance(value, list | tuple):
        return [storable(inner, levels - 1) for inner in value] if levels else "�"
    return value


def id_of(data: Any) -> str:
    """The id by which a refused item can be told; empty where it says none."""
    named = data.get("external_id") if isinstance(data, Mapping) else None
    return storable(str(named))[: LIMITS["external_id"]] if isinstance(named, str | int) else ""


def _problems(mention: IncomingMention) -> Iterator[Problem]:
    if not mention.external_id:
        yield Problem("external_id", MISSING)
    if mention.op is Op.UPSERT and not mention.text.strip() and not mention.attachments:
        yield Problem("text", MISSING)
    if mention.visibility == "private":
        yield Problem("visibility", PRIVATE)
    elif mention.visibility not in VISIBLE:
        yield Problem("visibility", NOT_A_VISIBILITY)
    if mention.posted_at and mention.posted_at < EARLIEST:
        yield Problem("posted_at", TOO_EARLY)
    yield from _text_problems(mention, LIMITS, "")
    yield from _address_problems(mention.url, "url")
    if mention.author:
        yield from _text_problems(mention.author, AUTHOR_LIMITS, "author.")
        yield from _address_problems(mention.author.url, "author.url")
        if not mention.author.external_id:
            yield Problem("author.external_id", MISSING)
    if len(mention.attachments) > MOST_ATTACHMENTS:
        yield Problem("attachments", TOO_MANY)
    for attachment in mention.attachments[:MOST_ATTACHMENTS]:
        yield from _attachment_problems(attachment)


def _text_problems(holder: object, limits: Mapping[str, int], prefix: str) -> Iterator[Problem]:
    for name, limit in limits.items():
        value = getattr(holder, name)
        if not value:
            continue
        if len(value) > limit:
            yield Problem(prefix + name, TOO_LONG)
        elif _is_broken(value):
            yield Problem(prefix + name, NOT_STORABLE)


def _attachment_problems(attachment: Mapping[str, str]) -> Iterator[Problem]:
    if any(_is_broken(value) for value in attachment.values()):
        yield Problem("attachments", NOT_STORABLE)
    if any(len(value) > 2000 for value in attachment.values()):
        yield Problem("attachments", TOO_LONG)
    yield from _address_problems(attachment.get("url", ""), "attachments")


def _address_problems(url: str, name: str) -> Iterator[Problem]:
    if not url or PLAIN_ADDRESS.fullmatch(url):
        return
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid or SPACE.search(url):
        yield Problem(name, NOT_A_WEB_ADDRESS)


def _is_deeper(value: Any, levels: int) -> bool:
    if isinstance(value, str) or not isinstance(value, Mapping | list):
        return False
    inner = value.values() if isinstance(value, Mapping) else value
    return not levels or any(_is_deeper(one, levels - 1) for one in inner)


def _is_broken(value: str) -> bool:
    return BROKEN.search(value) is not None


def _author(read: "_Reader") -> IncomingAuthor | None:
    inner = read.inner("author")
    if inner is None:
        return None
    handle, name, url = inner.text("handle"), inner.text("display_name"), inner.text("url")
    return IncomingAuthor(
        external_id=inner.text("external_id", number_allowed=True) or handle or (url or name)[:500],
        handle=handle,
        display_name=name,
        followers=inner.number("followers"),
        verified=inner.flag("verified"),
        url=url,
    )


def _engagement(read: "_Reader") -> dict[str, int | None]:
    inner = read.inner("engagement")
    return {} if inner is None else {name: inner.number(name) for name in ENGAGEMENT if name in inner.data}


def _attachments(read: "_Reader") -> list[dict[str, str]]:
    value = read.data.get("attachments")
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(inner, Mapping) for inner in value):
        read.problem("attachments", NOT_A_LIST)
        return []
    readers = [_Reader(inner, "attachments.", read.problems) for inner in value[: MOST_ATTACHMENTS + 1]]
    return [{name: inner.text(name) for name in ("type", "url", "description")} for inner in readers]


class _Reader:
    """Takes typed fields out of JSON and notes what has another type."""

    def __init__(self, data: Mapping[str, Any], prefix: str = "", problems: list[Problem] | None = None) -> None:
        self.data = data
        self.prefix = prefix
        self.problems: list[Problem] = [] if problems is None else problems

    def problem(self, name: str, reason: str) -> None:
        self.problems.append(Problem(self.prefix + name, reason))

    def text(self, name: str, *, number_allowed: bool = False) -> str:
        value = self.data.get(name)
        if value is None:
            return ""
        if number_allowed and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            self.problem(name, NOT_TEXT)
            return ""
        return value

    def flag(self, name: str) -> bool | None:
        value = self.data.get(name)
        if value is not None and not isinstance(value, bool):
            self.problem(name, NOT_YES_OR_NO)
            return None
        return value

    def number(self, name: str) -> int | None:
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_NUMBER:
            self.problem(name, NOT_A_NUMBER)
            return None
        return value

    def time(self, name: str) -> datetime | None:
        value = self.data.get(name)
        if value is None or value == "":
            return None
        parsed = parse_time(value) if isinstance(value, str) else None
        if parsed is None:
            self.problem(name, NOT_A_TIME)
        return parsed

    def inner(self, name: str) -> "_Reader | None":
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.problem(name, NOT_AN_OBJECT)
            return None
        return _Reader(value, f"{self.prefix}{name}.", self.problems)


def parse_time(value: str) -> datetime | None:
    """ISO 8601 with an offset, in UTC; a space before the offset is allowed. None for anything else."""
    try:
        moment = datetime.fromisoformat(SPACE_BEFORE_OFFSET.sub("", value.strip()))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None

"""Reads RSS, Atom and JSON Feed into plain entries; feedparser does the XML, whatever state it is in."""

import calendar
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import feedparser
from django.utils.translation import gettext_noop as _

from monitoring.channels.markup import plain_text, tidy
from monitoring.channels.protocol import ChannelError

MOST_EXCERPT = 2_000  # we keep an excerpt and the link, not the article
MOST_PICTURES = 10
MOST_DECLARATIONS = 64 * 1024
# "Billion laughs": an entity made of entities. Old feeds declare plain ones, for accents.
NESTED_ENTITY = re.compile(rb"""<!ENTITY\s+[^%\s]\S*\s+["'][^"'>]*&(?!#)\w""")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One article, teaser or note of a feed. `key` is its guid or link, empty where it has neither."""

    key: str
    url: str
    text: str
    posted_at: datetime | None
    author: str
    author_url: str
    language: str
    pictures: tuple[str, ...]


def parse_feed(body: bytes, content_type: str, url: str) -> list[Entry]:
    """The entries of a feed as they stand in it. Raises ChannelError for what is no feed at all."""
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return list(_json_entries(body))
    if NESTED_ENTITY.search(body[:MOST_DECLARATIONS].replace(b"\x00", b"")):
        raise ChannelError(_("The feed declares entities that unfold into others."), permanent=True)
    try:
        parsed = feedparser.parse(io.BytesIO(body), response_headers={"content-type": content_type})
    except Exception as error:  # feedparser promises nothing about what broken markup makes it raise
        raise ChannelError(_("The feed cannot be read."), detail=type(error).__name__) from error
    if not parsed.get("entries") and not parsed.get("version"):
        reason = parsed.get("bozo_exception")
        raise ChannelError(_("This is not a feed."), detail=str(reason)[:200] if reason else "")
    return [_xml_entry(entry, parsed.feed, url) for entry in parsed.entries]


def _xml_entry(entry: Any, feed: Any, base: str) -> Entry:
    """Its key is taken as it stands: it must not change when the feed moves, so only the link is made absolute."""
    link = unwrapped(_absolute(base, _text(entry.get("link"))))
    author = entry.get("author_detail") or feed.get("author_detail") or {}
    name = _text(entry.get("author")) or _text(feed.get("author")) or _text(feed.get("title"))
    return Entry(
        key=_text(entry.get("id")) or _text(entry.get("link")),
        url=_web_address(link),
        text=_excerpt(plain_text(_text(entry.get("title"))), plain_text(_words_of(entry))),
        posted_at=_moment(entry),
        author=plain_text(name),
        author_url=_web_address(_text(author.get("href")) if isinstance(author, Mapping) else ""),
        language=_text(_language(entry, feed)),
        pictures=tuple(_pictures(entry))[:MOST_PICTURES],
    )


def _words_of(entry: Any) -> str:
    summary = _text(entry.get("summary"))
    contents = [_text(content.get("value")) for content in entry.get("content") or () if isinstance(content, Mapping)]
    return summary or next(filter(None, contents), "")


def _excerpt(head: str, body: str) -> str:
    text = body if not head or body.startswith(head) else f"{head}\n\n{body}".strip()
    return text if len(text) <= MOST_EXCERPT else text[: MOST_EXCERPT - 1].rstrip() + "…"


def _moment(entry: Any) -> datetime | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        parts = entry.get(name)
        if parts:
            try:
                return EPOCH + timedelta(seconds=calendar.timegm(parts))
            except (ValueError, OverflowError, TypeError):
                continue
    return None


def _language(entry: Any, feed: Any) -> Any:
    detail = entry.get("title_detail") or {}
    return (detail.get("language") if isinstance(detail, Mapping) else None) or feed.get("language")


def _pictures(entry: Any) -> Iterator[str]:
    for link in [*(entry.get("enclosures") or ()), *(entry.get("media_content") or ())]:
        if isinstance(link, Mapping) and _text(link.get("type") or link.get("medium")).startswith("image"):
            address = _web_address(_text(link.get("href") or link.get("url")))
            if address:
                yield address


def _json_entries(body: bytes) -> Iterator[Entry]:
    try:
        feed = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise ChannelError(_("The feed cannot be read."), detail="JSON") from error
    items = feed.get("items")
    if "jsonfeed.org" not in _text(feed.get("version")) or not isinstance(items, list):
        raise ChannelError(_("This is not a feed."), detail="JSON")
    for item in items:
        if isinstance(item, Mapping):
            yield _json_entry(item, feed)


def _json_entry(item: Mapping[str, Any], feed: Mapping[str, Any]) -> Entry:
    author = _json_author(item) or _json_author(feed)
    link = unwrapped(_text(item.get("url")) or _text(item.get("external_url")))
    said = tidy(_text(item.get("summary")) or _text(item.get("content_text")))  # which are no markup
    words = said or plain_text(_text(item.get("content_html")))
    attachments = item.get("attachments")
    pictures = [_web_address(_text(item.get("image")))] + [
        _web_address(_text(attachment.get("url")))
        for attachment in (attachments if isinstance(attachments, list) else ())
        if isinstance(attachment, Mapping) and _text(attachment.get("mime_type")).startswith("image")
    ]
    return Entry(
        key=_text(item.get("id")) or link,
        url=_web_address(link),
        text=_excerpt(tidy(_text(item.get("title"))), words),
        posted_at=_json_moment(_text(item.get("date_published")) or _text(item.get("date_modified"))),
        author=_text(author.get("name")) or _text(feed.get("title")),
        author_url=_web_address(_text(author.get("url"))),
        language=_text(item.get("language")) or _text(feed.get("language")),
        pictures=tuple(filter(None, pictures))[:MOST_PICTURES],
    )


def _json_author(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    authors = holder.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else holder.get("author")
    return first if isinstance(first, Mapping) else {}


def _json_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def unwrapped(link: str) -> str:
    """The article behind a link of Google Alerts or Google News redirects; any other link as it is."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
        if parts.path == "/url" and (host == "google.com" or host.startswith("www.google.")):
            asked = parse_qs(parts.query)
            inner = (asked.get("url") or asked.get("q") or [""])[0]
            return inner if _web_address(inner) else link
    except ValueError:
        return link
    return link


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return ""


def _web_address(link: str) -> str:
    try:
        parts = urlsplit(link)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return link if usable and len(link) <= MOST_EXCERPT and not any(sign.isspace() for sign in link) else ""


def _text(value: Any) -> str:
    """Text that the database takes, or "" for anything that is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()

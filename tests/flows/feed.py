"""A feed that somebody publishes: the test writes entries, the console fetches them over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tests.loopback import Answer, Asked, Loopback, serving

ENTRY = "<item><guid>{guid}</guid><title>{text}</title><link>{link}</link><pubDate>{at}</pubDate></item>"
FEED = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Forum</title>{entries}</channel></rss>"


@dataclass
class Feed:
    """`entries`: id → text, newest last."""

    server: Loopback | None = None
    entries: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        assert self.server
        return self.server.url("/forum.xml")

    def publish(self, **texts: str) -> None:
        self.entries |= texts

    def answer(self, asked: Asked) -> Answer:
        now = format_datetime(datetime.now(UTC))
        entries = "".join(
            ENTRY.format(guid=guid, text=escape(text), link=f"https://forum.example/{guid}", at=now)
            for guid, text in reversed(self.entries.items())
        )
        return Answer(200, FEED.format(entries=entries).encode(), {"Content-Type": "application/rss+xml"})


@contextmanager
def published_feed() -> Iterator[Feed]:
    feed = Feed()
    with serving(feed.answer) as feed.server:
        yield feed

import json
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitoring.channels.feed import FeedSource
from monitoring.channels.feed_parse import unwrapped
from monitoring.channels.markup import plain_text
from monitoring.channels.protocol import Batch, ChannelError
from monitoring.channels.validate import problems_of
from plumbing.retry_after import retry_after
from tests.loopback import Answer, Asked, Loopback, serving


def rss(*items: str, title: str = "News") -> bytes:
    return f'<rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'.encode()


def item(guid: str = "1", title: str = "A title", words: str = "Words.", day: int = 20, more: str = "") -> str:
    return (
        f"<item><guid>{guid}</guid><title>{title}</title><description>{words}</description>"
        f"<link>https://news.example/{guid}</link><pubDate>{day} Nov 2026 08:00:00 GMT</pubDate>{more}</item>"
    )


@pytest.fixture
def feed(settings):
    """A feed server: set `.answers[path]`; `.fetch()` asks it as the poller would."""
    answers: dict[str, Answer] = {}
    with serving(lambda asked: answers.get(asked.path, Answer(404))) as server:
        settings.OUTBOUND_ALLOW = [server.host_port]
        yield Feed(server, answers)


class Feed:
    def __init__(self, server: Loopback, answers: dict[str, Answer]) -> None:
        self.server, self.answers, self.cursor = server, answers, None

    def serve(self, body: bytes, path: str = "/feed", status: int = 200, **headers: str) -> None:
        self.answers[path] = Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})

    def fetch(self, limit: int = 100, path: str = "/feed") -> Batch:
        batch = FeedSource(self.server.url(path)).fetch(self.cursor, limit)
        self.cursor = batch.cursor
        return batch

    @property
    def last_asked(self) -> Asked:
        return self.server.asked[-1]


def test_entries_become_mentions_oldest_first(feed):
    feed.serve(rss(item("2", "Second", day=21), item("1", "First", "Some &lt;b&gt;bold&lt;/b&gt; words", day=20)))
    first, second = feed.fetch().items
    assert (first.external_id, second.external_id) == ("1", "2")
    assert first.text == "First\n\nSome bold words"
    assert first.url == "https://news.example/1"
    assert first.posted_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert first.kind == "article"
    assert first.author.display_name == "News"


def test_only_new_and_changed_entries_come_again(feed):
    feed.serve(rss(item("1"), item("2")))
    feed.fetch()
    assert feed.fetch().items == []
    feed.serve(rss(item("1"), item("2", title="A title, corrected"), item("3")))
    changed = feed.fetch().items
    assert sorted(mention.external_id for mention in changed) == ["2", "3"]
    assert len({mention.revision for mention in changed}) == 2


def test_unchanged_feeds_answer_304_by_etag_and_date(feed):
    feed.serve(rss(item()), ETag='"v1"', Last_Modified="Fri, 20 Nov 2026 08:00:00 GMT")
    feed.fetch()
    feed.serve(b"", status=304)
    batch = feed.fetch()
    assert batch.items == []
    assert feed.last_asked.headers["if-none-match"] == '"v1"'
    assert feed.last_asked.headers["if-modified-since"] == "Fri, 20 Nov 2026 08:00:00 GMT"
    feed.fetch()
    assert feed.last_asked.headers["if-none-match"] == '"v1"'


def test_a_long_feed_comes_in_pieces_and_loses_nothing(feed):
    feed.serve(rss(*(item(str(n), f"Title {n}", day=n) for n in range(1, 26))), ETag='"v1"')
    ids = []
    while True:
        batch = feed.fetch(limit=10)
        ids += [mention.external_id for mention in batch.items]
        assert "if-none-match" not in feed.last_asked.headers
        if not batch.more:
            break
    assert ids == [str(n) for n in range(1, 26)]


def test_a_very_long_feed_settles(feed):
    feed.serve(rss(*(item(str(n)) for n in range(2_100))))
    assert len(feed.fetch(limit=5_000).items) == 2_100
    assert feed.fetch(limit=5_000).items == []


def test_a_feed_that_ran_away_is_a_gap(feed):
    feed.serve(rss(item("1"), item("2")))
    assert not feed.fetch().gap
    feed.serve(rss(item("2"), item("3")))
    assert not feed.fetch().gap
    feed.serve(rss(item("8"), item("9")))
    assert feed.fetch().gap


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(feed):
    feed.serve(b"", status=301, Location="/new")
    feed.serve(rss(item()), path="/new")
    assert len(feed.fetch().items) == 1
    feed.fetch()
    assert [asked.path for asked in feed.server.asked] == ["/feed", "/new", "/new"]


def test_another_address_starts_afresh_and_a_broken_cursor_too(feed):
    feed.serve(rss(item()), path="/a")
    feed.serve(rss(item()), path="/b")
    assert len(feed.fetch(path="/a").items) == 1
    assert len(feed.fetch(path="/b").items) == 1
    for broken in ("not json", "[]", '{"x": 1}', "5"):
        feed.cursor = broken
        assert len(feed.fetch(path="/b").items) == 1


@pytest.mark.parametrize(
    ("status", "permanent", "reason"),
    [
        (410, True, "closed for good"),
        (404, False, "no feed at this address"),
        (401, True, "refuses"),
        (403, True, "refuses"),
        (429, False, "come back later"),
        (503, False, "come back later"),
        (500, False, "error"),
        (418, True, "error"),
        (204, False, "error"),
    ],
)
def test_each_status_says_what_to_do(feed, status, permanent, reason):
    feed.serve(b"", status=status, Retry_After="120")
    with pytest.raises(ChannelError, match=reason) as error:
        feed.fetch()
    assert error.value.permanent is permanent
    assert error.value.retry_after == (timedelta(minutes=2) if status in (429, 503) else None)


def test_retry_after_is_seconds_or_a_date_and_at_most_a_day():
    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert retry_after("90", now) == timedelta(seconds=90)
    assert retry_after("Fri, 20 Nov 2026 08:10:00 GMT", now) == timedelta(minutes=10)
    assert retry_after("Fri, 20 Nov 2020 08:10:00 GMT", now) == timedelta()
    assert retry_after("9" * 30, now) in (None, timedelta(days=1))
    assert retry_after("999999", now) == timedelta(days=1)
    assert retry_after("soon", now) is None
    assert retry_after("", now) is None


def test_a_private_address_is_a_channel_error(feed):
    feed.serve(b"", status=302, Location="http://10.0.0.1/")
    with pytest.raises(ChannelError, match="private network") as error:
        feed.fetch()
    assert error.value.permanent


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>Sorry</body></html>", b"{", b'{"items": []}', b"[]", b"\x00" * 100, b"%PDF-1.7"]
)
def test_what_is_no_feed_is_refused_with_a_reason(feed, body):
    feed.serve(body)
    with pytest.raises(ChannelError, match="feed"):
        feed.fetch()


def test_an_empty_feed_is_a_feed(feed):
    feed.serve(rss())
    assert feed.fetch().items == []


def test_json_feeds_are_read(feed):
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Blog",
        "language": "de",
        "items": [
            {
                "id": 7,
                "url": "https://blog.example/7",
                "title": "Titel",
                "content_html": "<p>Hallo <script>alert(1)</script>Welt</p>",
                "date_published": "2026-11-20T09:00:00+01:00",
                "authors": [{"name": "Lena", "url": "https://blog.example/lena"}],
                "image": "https://blog.example/7.png",
            },
            "not an item",
        ],
    }
    feed.serve(json.dumps(body).encode(), Content_Type="application/feed+json")
    (mention,) = feed.fetch().items
    assert mention.external_id == "7"
    assert mention.text == "Titel\n\nHallo Welt"
    assert mention.posted_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert mention.author.external_id == "https://blog.example/lena"
    assert mention.language == "de"
    assert mention.attachments[0]["url"] == "https://blog.example/7.png"


def test_an_entry_without_a_guid_is_known_by_its_link_or_its_words(feed):
    bare = "<item><title>Only words</title></item>"
    linked = "<item><title>A link</title><link>https://news.example/l</link></item>"
    feed.serve(rss(bare, linked, item("g" * 600)))
    ids = [mention.external_id for mention in feed.fetch().items]
    assert "https://news.example/l" in ids
    assert sum(external_id.startswith("sha256:") for external_id in ids) == 2
    assert feed.fetch().items == []


def test_links_of_google_alerts_are_unwrapped():
    wrapped = "https://www.google.com/url?rct=j&sa=t&url=https://paper.example/a%3Fb%3D1&ct=ga&cd=x"
    assert unwrapped(wrapped) == "https://paper.example/a?b=1"
    assert unwrapped("https://www.google.de/url?q=https://paper.example/a") == "https://paper.example/a"
    for plain in (
        "https://paper.example/url?url=https://x.example/",
        "https://www.google.com/url?url=javascript:x",
        "",
        "http://[",
    ):
        assert unwrapped(plain) == plain


def test_addresses_that_are_not_of_the_web_are_left_out(feed):
    feed.serve(rss("<item><guid>1</guid><title>T</title><link>javascript:alert(1)</link></item>"))
    (mention,) = feed.fetch().items
    assert mention.url == ""
    assert problems_of(mention) == []


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain words", "plain words"),
        ("a<br>b<p>c</p>d", "a\nb\nc\nd"),
        ("<style>x{}</style>a &amp; b &uuml;", "a & b ü"),
        ("1 < 2 and <b>bold", "1 < 2 and bold"),
        ("<script>alert('<p>x</p>')</script>end", "end"),
        ("  many \t blanks \n\n\n here ", "many blanks\nhere"),
        ("<![CDATA[x]]><!-- c --><p>", ""),
    ],
)
def test_markup_becomes_plain_words(markup, text):
    assert plain_text(markup) == text


def test_long_articles_are_kept_as_an_excerpt(feed):
    feed.serve(rss(item(words="word " * 5_000)))
    (mention,) = feed.fetch().items
    assert len(mention.text) <= 2_000
    assert mention.text.endswith("…")


def test_every_feed_of_the_collection_parses_or_is_rejected_with_a_reason(settings):
    """1,362 real and broken feeds over HTTP: no unhandled exception, and every item can be stored."""
    folder = Path(os.environ.get("TEST_DATA", "/nowhere")) / "feedparser_feeds" / "tests"
    if not folder.exists():
        pytest.skip("TEST_DATA has no feedparser_feeds")
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".xml", ".json"))
    kinds = {".xml": "application/xml", ".json": "application/feed+json"}
    reasons: Counter[str] = Counter()
    parsed = 0

    def answer(asked: Asked) -> Answer:
        path = paths[int(asked.path.strip("/"))]
        return Answer(200, path.read_bytes(), {"Content-Type": kinds[path.suffix]})

    with serving(answer) as server:
        settings.OUTBOUND_ALLOW = [server.host_port]
        for number, path in enumerate(paths):
            try:
                items = FeedSource(server.url(f"/{number}")).fetch(None, 100).items
            except ChannelError as error:
                reasons[error.reason] += 1
                continue
            parsed += 1
            assert [problem for mention in items for problem in problems_of(mention)] == [], path
    print(f"{len(paths)} feeds: {parsed} parsed, rejected: {dict(reasons)}")
    assert parsed + reasons.total() == len(paths) == 1_362
    assert parsed > 1_300
    assert all(reasons)

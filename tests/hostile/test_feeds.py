"""Feeds that attack whoever polls them: each ends as an error on its channel's row, with nothing stored."""

import gzip
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from django.db.models.functions import Now

from monitoring.models import Channel, Mention, RawDelivery
from monitoring.polling import poll_due
from plumbing import http
from plumbing.vetted import FetchError
from tests.hostile.attack import MEGABYTE, MOST_MEMORY, MOST_SECONDS
from tests.loopback import Answer, serving
from tests.make import make_channel

pytestmark = pytest.mark.django_db

PACKED = {"Content-Encoding": "gzip"}
ITEM = b"<item><guid>%d</guid><description>%s</description></item>"
LAUGHTER = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 31))
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">%s]>
<rss version="2.0"><channel><title>x</title><item><guid>1</guid><title>&a30;</title></item></channel></rss>"""
LAUGHS %= LAUGHTER
OUTSIDE = b"""<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "http://127.0.0.1:1/">]>
<rss version="2.0"><channel><title>x</title><item><guid>1</guid><title>a&x;&y;b</title></item></channel></rss>"""


@pytest.fixture
def polled(settings):
    """Polls one feed channel once and says what became of it, within a second of work and 100 MB."""

    def poll(answer: Answer) -> Channel:
        with serving(lambda asked: answer) as server:
            settings.OUTBOUND_ALLOW = [server.host_port]
            channel = make_channel(kind="feed", address=server.url("/feed"))
            Channel.objects.filter(pk=channel.pk).update(next_poll_at=Now())
            tracemalloc.start()
            spent = time.thread_time()
            try:
                assert poll_due() == 1
                seconds, peak = time.thread_time() - spent, tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
        assert peak < MOST_MEMORY, f"{peak:,} bytes"
        assert seconds < 10 * MOST_SECONDS, seconds  # tracing memory slows everything down
        channel.refresh_from_db()
        return channel

    return poll


def endless(piece: bytes) -> Iterator[bytes]:
    for _each in range(64):
        yield piece * (MEGABYTE // len(piece))


@pytest.mark.parametrize(
    ("name", "answer", "reason"),
    [
        ("gzip bomb", Answer(body=gzip.compress(b"<a>" * 20_000_000), headers=PACKED), "too large"),
        ("billion laughs", Answer(body=LAUGHS), "unfold"),
        ("50 MB", Answer(body=b"<rss>" * 10 * MEGABYTE, headers={"Content-Length": str(50 * MEGABYTE)}), "too large"),
        ("endless", Answer(body=endless(b"<item>")), "too large"),
        ("no feed", Answer(body=b"\x00" * MEGABYTE), "not a feed"),
        ("deep", Answer(body=b'{"version": "https://jsonfeed.org/version/1", "a":' + b"[" * 90_000), "cannot be read"),
        ("html", Answer(body=b"<html>" + b"<div>" * 1_000, headers={"Content-Type": "text/html"}), "not a feed"),
    ],
)  # fmt: skip
def test_a_bomb_is_an_error_on_its_channel_and_nothing_is_stored(name, answer, reason, polled):
    channel = polled(answer)
    assert reason in channel.error, channel.error
    assert channel.failures == 1
    assert not Mention.objects.exists()
    assert not RawDelivery.objects.exists()


def test_entities_outside_are_not_followed(polled):
    polled(Answer(body=OUTSIDE, headers={"Content-Type": "application/rss+xml"}))
    assert not any("root:" in text for text in Mention.objects.values_list("text", flat=True))


def test_a_feed_of_nonsense_stores_what_can_be_stored(polled):
    items = b"".join(
        ITEM % (n, said) for n, said in enumerate((b"\x00", b"\xff\xfe", b"&#0;", b"&#xD800;", b"fine " * 9))
    )
    polled(Answer(body=b"<rss version='2.0'><channel>" + items + b"</channel></rss>"))
    assert not any("\x00" in text for text in Mention.objects.values_list("text", flat=True))


def test_a_server_that_drips_is_given_up(settings):
    def drip() -> Iterator[bytes]:
        while True:
            time.sleep(0.05)  # the attack itself
            yield b" "

    with serving(lambda asked: Answer(body=drip())) as server:
        settings.OUTBOUND_ALLOW = [server.host_port]
        with pytest.raises(FetchError, match="too long"):
            http.fetch(server.url("/"), deadline=0.4)


SPELLINGS = (
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0x7f.1", "127.0.0.1.", "localhost", "LOCALHOST.",
    "[::1]", "[::]", "0.0.0.0", "0", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1",
    "[fd00::1]", "[fc00::1]", "①②⑦.⓪.⓪.①", "[fe80::1%25lo]", "224.0.0.1", "255.255.255.255",
)  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_leads_inside(host, settings):
    """Straight, or by a redirect from a server that is allowed."""
    with serving(lambda asked: Answer(302, headers={"Location": f"http://{host}:{server.port}/secret"})) as server:
        settings.OUTBOUND_ALLOW = []
        for url in (f"http://{host}:{server.port}/", f"http://user:word@{host}/", f"http://{host}:6379/"):
            with pytest.raises(FetchError):
                http.fetch(url, deadline=3)
        assert not server.asked
        settings.OUTBOUND_ALLOW = [server.host_port]
        if host != "127.0.0.1":
            with pytest.raises(FetchError):
                http.fetch(server.url("/"), deadline=3)
        assert {asked.path for asked in server.asked} <= {"/"}


def test_a_name_server_that_changes_its_mind_gains_nothing(settings):
    """First a public address for whoever checks, then the loopback for whoever dials: it is asked once."""
    settings.OUTBOUND_ALLOW = []
    answers = iter(["93.184.216.34", "127.0.0.1"])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return [next(answers)]

    with serving(lambda _asked: Answer(body=b"secret")) as server:
        for _try in range(2):
            with pytest.raises(FetchError):
                http.fetch(f"http://rebind.example:{server.port}/", resolve=rebinding, deadline=0.5)
        assert not server.asked
    assert asked == ["rebind.example"] * 2

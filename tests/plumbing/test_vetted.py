from collections.abc import Iterator

import pytest

from plumbing import http
from plumbing.http import FetchError, fetch
from plumbing.vetted import is_public
from tests.loopback import Answer, Loopback, serving


@pytest.fixture
def page() -> Iterator[Loopback]:
    with serving(lambda asked: Answer(body=b"hello", headers={"x-path": asked.path})) as server:
        yield server


def allow(settings, *servers: Loopback) -> None:
    settings.OUTBOUND_ALLOW = [server.host_port for server in servers]


PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "100::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_of_somebodys_inside_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001:829::200e"])
def test_addresses_of_the_open_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(address):
    with pytest.raises(FetchError) as refused:
        fetch("http://feeds.example/", resolve=lambda host, port: [address])
    assert refused.value.permanent
    assert "private network" in refused.value.reason
    assert refused.value.detail == "feeds.example:80"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "017700000001", "[::1]", "[::ffff:7f00:1]"]
)
def test_every_spelling_of_the_loopback_address_is_refused(page, host):
    with pytest.raises(FetchError):
        fetch(page.url(host=host))
    assert page.asked == []


def test_an_allowed_host_and_port_is_reached_and_another_port_is_not(page, settings):
    allow(settings, page)
    assert fetch(page.url("/feed")).body == b"hello"
    with pytest.raises(FetchError, match="private network"):
        fetch(f"http://127.0.0.1:{page.port + 1}/")


def test_the_name_is_resolved_once_and_the_vetted_address_is_dialled(page, settings):
    settings.OUTBOUND_ALLOW = [f"feeds.example:{page.port}"]
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    looked_up = []

    def rebinding(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return next(answers)

    assert fetch(page.url(host="feeds.example"), resolve=rebinding).body == b"hello"
    assert looked_up == ["feeds.example"]
    assert page.asked[0].headers["host"] == f"feeds.example:{page.port}"


def test_a_name_with_public_and_private_addresses_never_leads_to_the_private_one(page, monkeypatch):
    dialled = []

    def note(self, host, port, *args, **kwargs):
        dialled.append(host)
        raise http.httpcore.ConnectError("closed")

    monkeypatch.setattr(http.httpcore.SyncBackend, "connect_tcp", note)
    with pytest.raises(FetchError, match="could not be reached"):
        fetch(
            page.url(host="feeds.example"),
            resolve=lambda host, port: ["127.0.0.1", "203.0.114.9", "10.0.0.1"],
        )
    assert dialled == ["203.0.114.9"]

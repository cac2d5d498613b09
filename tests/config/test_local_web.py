"""The address of a local console."""

import socket

import pytest

from config.local.refusal import Refusal
from config.local.web import Address


def test_a_taken_port_is_refused_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Refusal, match=rf"^Port {port} is taken: .*'make run PORT={port + 1}'\.$"):
            Address("127.0.0.1", port).listen(patience=0)
    Address("127.0.0.1", port).listen(patience=0).close()


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(Refusal, match=r"HOST 192\.0\.2\.1 is not an address of this machine"):
        Address("192.0.2.1", 8000).listen(patience=0)


@pytest.mark.parametrize("said", ["0", "http", "65536", "-1", "80.5"])
def test_a_port_that_is_none_is_named(said, monkeypatch):
    monkeypatch.setenv("PORT", said)
    with pytest.raises(Refusal, match=f"PORT must be a number between 1 and 65535, not '{said}'"):
        Address.from_environment()


def test_the_port_is_8000_unless_said_otherwise(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("HOST", raising=False)
    assert Address.from_environment() == Address("127.0.0.1", 8000)

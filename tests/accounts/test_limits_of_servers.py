"""Two web processes on one database, asked in turn and at once: what one counted holds in the other."""

import http.client
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from email.message import Message
from itertools import cycle, islice
from typing import TypeVar
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from accounts.models import CallCount
from monitoring.hooks import MOST_REFUSED
from monitoring.models import RawDelivery, SigningSecret
from plumbing.standard_webhooks import new_secret, signed_headers
from tests.accounts.signing_in import LOGIN, PASSWORD
from tests.browser.server import answering, environment_for, free_port
from tests.make import make_channel, make_user

T = TypeVar("T")
AT_ONCE = 4
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def two_servers(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[list[int]]:
    """The ports of two web processes; they start at the same time."""
    folder, ports = tmp_path_factory.mktemp("servers"), [free_port(), free_port()]
    with django_db_blocker.unblock():
        found = environment_for(folder, ports[0]) | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    with ExitStack() as running, ThreadPoolExecutor(2) as starting:
        started = starting.map(lambda port: running.enter_context(answering(folder, port, found)), ports)
        assert len({process.pid for process in started}) == 2
        yield ports


@pytest.fixture
def servers(two_servers, transactional_db) -> list[int]:
    cache.clear()
    return two_servers


def ask(port: int, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Message, str]:
    caller = http.client.HTTPConnection("localhost", port, timeout=30)
    try:
        caller.request(method, path, body, headers)
        answer = caller.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        caller.close()


def sign_in(port: int, name: str, password: str) -> tuple[int, str]:
    """Status and page of a sign-in by somebody who was never here before."""
    _status, headers, page = ask(port, "GET", LOGIN)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    cookie = headers["Set-Cookie"].partition(";")[0]
    form = urlencode({"login": name, "password": password, "csrfmiddlewaretoken": token})
    status, _headers, page = ask(port, "POST", LOGIN, form, **{"Cookie": cookie, "Content-Type": FORM})
    return status, page


def within_a_minute(act: Callable[[], T]) -> T:
    """What is counted by the minute, done within one; begun anew where a minute ended meanwhile."""
    for _try in range(3):
        CallCount.objects.all().delete()
        before = minute()
        done = act()
        if minute() == before:
            return done
    raise AssertionError("it takes longer than a minute")


def minute() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('minute', clock_timestamp())")
        return cursor.fetchone()[0]


def test_login_limits_hold_across_two_processes(servers):
    for name in ("maya", "pedro"):
        make_user(name)
    wrong = [
        sign_in(port, "maya", f"guess {number}")[0] for number, port in zip(range(5), cycle(servers), strict=False)
    ]
    assert wrong == [200] * 5, "five guesses, none of the two has seen more than three"
    for port in servers:
        status, page = sign_in(port, "maya", PASSWORD)
        assert status == 200
        assert "Too many failed" in page
    assert [sign_in(port, "pedro", PASSWORD)[0] for port in servers] == [302, 302], "nobody guessed at pedro"


def test_refused_webhooks_are_counted_across_two_processes_and_none_is_lost(servers):
    secret = new_secret()
    SigningSecret.objects.create(channel=make_channel("partner", kind="webhook"), value=secret)

    def hand_in(port: int, signed_with: str) -> tuple[int, Message, str]:
        headers = signed_headers("msg_1", b"{}", [signed_with], timezone.now())
        return ask(port, "POST", "/hooks/partner/", "{}", **headers, **{"Content-Type": "application/json"})

    def guess() -> Counter:
        ports = islice(cycle(servers), MOST_REFUSED + 20)
        with ThreadPoolExecutor(AT_ONCE) as callers:
            answers = Counter(callers.map(lambda port: hand_in(port, new_secret())[0], ports))
        return answers + Counter(hand_in(port, secret)[0] for port in servers)

    assert within_a_minute(guess) == {401: MOST_REFUSED, 429: 22}
    assert not RawDelivery.objects.exists()
    CallCount.objects.all().delete()  # a minute later
    assert [hand_in(port, secret)[0] for port in servers] == [202, 200]

"""How often one caller may call, counted where every process sees it."""

import threading

import pytest
from django.db import connection
from django.test import Client

from accounts.models import CallCount
from accounts.scopes import Scope
from accounts.throttle import count, neighbourhood
from accounts.tokens import issue_token

CHANNELS, MENTIONS = "/api/v1/channels/", "/api/v1/mentions/"


@pytest.fixture
def two_a_minute(settings):
    settings.API_CALLS_PER_MINUTE = dict.fromkeys(("read", "write", "ingest", "anonymous"), 2)


def statuses(times: int, token: str = "", path: str = CHANNELS, **extra) -> list[int]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return [Client().get(path, headers=headers, **extra).status_code for _time in range(times)]


@pytest.mark.django_db
def test_who_calls_too_often_reads_when_to_come_back(two_a_minute, maya):
    _row, token = issue_token(maya, "busy")
    assert statuses(2, token) == [200, 200]
    answer = Client().get(CHANNELS, headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, "application/problem+json")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.json()["status"] == 429


@pytest.mark.django_db
def test_each_token_has_its_own_count(two_a_minute, maya):
    tokens = [issue_token(maya, name)[1] for name in ("one", "other")]
    assert [statuses(3, token) for token in tokens] == [[200, 200, 429]] * 2


@pytest.mark.django_db
def test_handing_in_is_counted_apart_from_reading(two_a_minute, maya):
    _row, token = issue_token(maya, "busy")
    assert statuses(3, token)[-1] == 429
    send = Client(headers={"authorization": f"Bearer {token}"})
    answers = [send.post(MENTIONS, [], content_type="application/json").status_code for _time in range(3)]
    assert answers == [200, 200, 429]


@pytest.mark.django_db
def test_visitors_are_counted_by_address_whatever_token_they_invent(two_a_minute):
    assert [statuses(1, f"lst_{n}")[0] for n in range(3)] == [401, 401, 429]
    assert statuses(1, REMOTE_ADDR="198.51.100.7") == [401]
    forged = Client().get(CHANNELS, headers={"x-forwarded-for": "203.0.113.9"})
    assert forged.status_code == 429


@pytest.mark.django_db
def test_what_was_refused_counts_too(two_a_minute, maya):
    _row, token = issue_token(maya, "narrow", scopes=[Scope.MENTIONS_WRITE])
    assert statuses(3, token) == [403, 403, 429]


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_one_ipv6_caller_is_one_caller(address, counted_as):
    assert neighbourhood(address) == counted_as


@pytest.mark.django_db
def test_a_new_minute_starts_anew_and_an_hour_later_the_count_is_gone():
    assert [count("somebody")[0] for _time in range(2)] == [1, 2]
    CallCount.objects.update(minute="2026-01-01T00:00Z")
    assert count("somebody")[0] == 1
    CallCount.objects.update(minute="2026-01-01T00:00Z")
    assert CallCount.objects.forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_connections_that_count_at_once_lose_no_call():
    def hammer() -> None:
        seen.extend(count("somebody")[0] for _time in range(25))
        connection.close()

    seen: list[int] = []
    threads = [threading.Thread(target=hammer) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    most = max(seen)  # below 100 only where a minute ended in between
    assert sorted(seen) == sorted([*range(1, most + 1), *range(1, 101 - most)])

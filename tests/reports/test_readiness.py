"""/healthz and /readyz: what load balancers and watchdogs are told."""

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client

from crisis.engine_health import Part, beat
from crisis.models import EngineHeartbeat
from reports.readiness import redis_notes


def ask(path: str) -> tuple[int, dict]:
    answer = Client().get(path)
    return answer.status_code, answer.json()


@pytest.fixture
def engine_runs(db) -> None:
    for part in Part:
        beat(part)


def test_the_process_is_up_without_asking_the_database(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ask("/healthz") == (200, {"status": "up"})


def test_a_console_whose_engine_runs_is_ready(engine_runs):
    assert ask("/readyz") == (200, {"status": "ready", "reasons": [], "notes": []})


def test_an_engine_that_never_ran_makes_it_not_ready(db):
    status, body = ask("/readyz")
    assert (status, body["status"]) == (503, "not ready")
    assert "Pages do not go out" in body["reasons"][0]


def test_workers_that_stand_still_are_named_while_the_nightwatch_does_their_work(engine_runs):
    EngineHeartbeat.objects.exclude(part=Part.NIGHTWATCH).update(beat_at="2026-01-01T00:00:00Z")
    status, body = ask("/readyz")
    assert status == 200
    assert "The workers do not run" in body["notes"][0]


def test_redis_that_is_down_is_named_and_nothing_more(engine_runs, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, body = ask("/readyz")
    assert (status, body["reasons"]) == (200, [])
    assert "Redis does not answer" in body["notes"][0]


@pytest.mark.parametrize("url", ["memory://", "amqp://elsewhere/"])
def test_other_brokers_are_not_asked(url):
    assert redis_notes(url) == ()


@pytest.mark.parametrize(
    "url", ["redis+socket:///nowhere/redis.sock", "redis+socket:///nowhere/redis.sock?virtual_host=1"]
)
def test_a_socket_in_celerys_spelling_is_understood(url):
    assert len(redis_notes(url)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_makes_it_not_ready(settings):
    connection = connections["default"]
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = 1
    try:
        status, body = ask("/readyz")
    finally:
        connection.settings_dict["PORT"] = port
        connection.close()
    assert (status, body["reasons"]) == (503, ["The database does not answer."])


@pytest.mark.django_db(transaction=True)
def test_a_missing_migration_makes_it_not_ready():
    call_command("migrate", "accounts", "0001", verbosity=0)
    try:
        status, body = ask("/readyz")
    finally:
        call_command("migrate", verbosity=0)  # taking back one app took others with it
    assert status == 503
    assert body["reasons"][0].startswith("Migrations that are not applied: accounts.0002_")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_are_only_looked_at_and_never_kept(path, engine_runs):
    assert Client().post(path).status_code == 405
    assert "no-store" in Client().get(path).headers["Cache-Control"]

"""What stands in a log line, for people and for machines, and what never does."""

import json
import logging

import pytest
from django.test import Client
from django.urls import reverse
from structlog.contextvars import bind_contextvars, clear_contextvars
from structlog.stdlib import ProcessorFormatter

from config import logs
from config.celery import name_the_task_in_logs
from crisis.tasks import advance_due

TOKEN = "w6ZkJq0vZr3TnPq4SECRET"
REFUSAL = 'violates "one_row"\nDETAIL:  Failing row contains (1, what Lena\nwrote).\nHINT:  Look.'


@pytest.fixture
def formatted():
    """`formatted("json", "said %s", "x")` gives the line that a process would write."""
    clear_contextvars()

    def line(form: str, message: str, *args, exc_info=None, name: str = "crisis.notify") -> str:
        shape = logs.settings("INFO", form)["formatters"]["ours"]
        formatter = ProcessorFormatter(processors=shape["processors"], foreign_pre_chain=shape["foreign_pre_chain"])
        return formatter.format(logging.LogRecord(name, logging.WARNING, __file__, 1, message, args, exc_info))

    yield line
    clear_contextvars()


def test_a_line_for_machines_is_one_json_object(formatted):
    bind_contextvars(request_id="abcdef12", user_id=7)
    said = json.loads(formatted("json", "page %s\nby mail", "k7f3"))
    assert said.pop("time").endswith("Z")
    assert said == {
        "level": "warning",
        "logger": "crisis.notify",
        "event": "page k7f3\nby mail",
        "request_id": "abcdef12",
        "user_id": 7,
    }


def test_a_line_for_people_is_one_line(formatted):
    bind_contextvars(request_id="abcdef12")
    line = formatted("line", "page %s", "k7f3\n2026-11-22 forged")
    assert line[23:] == r" WARNING crisis.notify: page k7f3\n2026-11-22 forged  request_id=abcdef12"


@pytest.mark.parametrize("form", ["line", "json"])
@pytest.mark.parametrize(
    "said",
    [
        f"GET /p/{TOKEN}/",
        f"/live/?token={TOKEN}&x=1",
        f"/invitation/{TOKEN}/",
        f"/accounts/password/new/{TOKEN}/",
        f"Authorization: Bearer {TOKEN}",
        f"postgresql://leitstelle:{TOKEN}@db/leitstelle",
    ],
)
def test_no_token_reaches_a_log(formatted, form, said):
    line = formatted(form, said)
    assert TOKEN not in line
    assert "…" in line


@pytest.mark.parametrize("form", ["line", "json"])
def test_a_row_that_postgresql_quotes_reaches_no_log(formatted, form):
    try:
        raise ValueError(REFUSAL)
    except ValueError as error:
        line = formatted(form, "no suggestion", exc_info=(ValueError, error, error.__traceback__))
    assert "one_row" in line
    assert "HINT" in line
    assert "Lena" not in line
    assert "wrote" not in line


def test_what_a_task_says_names_the_task(formatted):
    name_the_task_in_logs("t-1", advance_due)
    said = json.loads(formatted("json", "late"))
    assert (said["task_id"], said["task"]) == ("t-1", "crisis.tasks.advance_due")


@pytest.fixture
def requests(settings, caplog):
    settings.LOG_REQUESTS = True
    caplog.set_level(logging.INFO, logger="requests")
    return lambda: [record for record in caplog.records if record.name == "requests"]


def test_a_request_is_one_line_with_its_id_and_without_what_was_searched(client, maya, requests):
    client.force_login(maya)
    answer = client.get(reverse("triage:inbox"), {"q": "Lena Winter"}, headers={"X-Request-ID": "from-proxy-1"})
    (line,) = requests()
    assert line.getMessage() == "GET /inbox/"
    assert line.status == answer.status_code == 200
    assert answer.headers["X-Request-ID"] == "from-proxy-1"


def test_an_address_with_a_token_is_told_by_its_pattern(db, requests):
    Client().get(f"/p/{TOKEN}/")
    Client().get(f"/no/such/{TOKEN}")
    assert [line.getMessage() for line in requests()] == ["GET /p/<str:token>/", "GET (no such address)"]


@pytest.mark.parametrize("given", ["short", "x" * 65, "forged\nline", "<script>"])
def test_an_id_that_could_be_anything_is_not_taken_over(db, given):
    assert Client().get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given


def test_a_problem_names_the_request(db):
    answer = Client().get("/api/v1/nowhere/")
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_asking_whether_it_lives_is_not_worth_a_line(db, requests):
    Client().get("/healthz")
    assert requests() == []

"""Traces: real processes send them to a collector on loopback, without the words that nobody may read."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.browser.server import database_url
from tests.loopback import Answer, serving
from tests.ports import free_port
from tests.until import PATIENCE, until

ROOT = Path(__file__).parents[2]
TOKEN = "w6ZkJq0vZr3TnPq4SECRET"
REFUSED = "from django.db import connection; connection.cursor().execute('SELECT %s::int', ['secret row'])"


def collected(asked: list) -> str:
    """Everything the collector was sent; protobuf keeps texts as they are."""
    return b"".join(request.body for request in asked if request.path == "/v1/traces").decode(errors="replace")


def environment(endpoint: str, **others: str) -> dict[str, str]:
    return (
        os.environ
        | others
        | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
            "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
    )


def test_requests_and_statements_reach_the_collector_and_tokens_do_not(transactional_db):
    port = free_port()
    with serving(lambda asked: Answer(200)) as collector:
        web = subprocess.Popen(
            [sys.executable, "-m", "config.web"],
            cwd=ROOT,
            env=environment(collector.url("").rstrip("/"), PORT=str(port), OTEL_SERVICE_NAME="console-of-the-test"),
        )
        try:
            until(lambda: status(port, "/healthz") == 200)
            assert status(port, f"/p/{TOKEN}/?token={TOKEN}") in {200, 404, 410}
            seen = until(lambda: "p/<str:token>/" in collected(collector.asked) and collected(collector.asked))
        finally:
            web.terminate()
            try:
                assert web.wait(PATIENCE) == 0
            finally:
                web.kill()
                web.wait()
        assert "console-of-the-test" in seen
        assert "SELECT" in collected(collector.asked)
        assert TOKEN not in collected(collector.asked)
        assert "healthz" not in collected(collector.asked)


def test_what_an_error_of_postgresql_says_stays_here(transactional_db):
    with serving(lambda asked: Answer(200)) as collector:
        command = [sys.executable, "manage.py", "shell", "-c", REFUSED]
        ended = subprocess.run(command, cwd=ROOT, env=environment(collector.url("").rstrip("/")), capture_output=True)
        assert ended.returncode != 0
        assert b"secret row" in ended.stderr
        assert "SELECT %s::int" in collected(collector.asked)
        assert "secret row" not in collected(collector.asked)


def test_without_an_endpoint_nothing_of_it_is_loaded(transactional_db):
    look = "import sys; sys.exit(any(name.startswith('opentelemetry.sdk') for name in sys.modules))"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", look]
    assert subprocess.run(command, cwd=ROOT, env=environment(""), check=False).returncode == 0


def status(port: int, path: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@pytest.fixture(autouse=True)
def needs_the_extra() -> None:
    pytest.importorskip("opentelemetry", reason="the extra otel is not installed: uv sync --extra otel")

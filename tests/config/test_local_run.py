"""`make run` as a whole: real processes, killed and stopped, on one data folder."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console import Console
from tests.until import until


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Shared, because the first start on a folder costs some seconds."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def console(folder) -> Iterator[Console]:
    console = Console(folder, EMPTY="1")
    yield console
    if console.is_running():
        console.kill_everything()


def test_it_starts_survives_kill_9_with_its_data_and_leaves_no_process(console):
    console.start()
    assert re.search(r"is ready after \d+\.\d s: http://localhost:", console.said())
    assert console.get("/healthz") == 200
    console.rows("CREATE TABLE kept AS SELECT 42 AS answer")
    console.kill_everything()

    console.start()
    assert console.get("/healthz") == 200
    assert console.rows("SELECT answer FROM kept") == [(42,)]
    assert console.manage("migrate", "--check").returncode == 0
    assert console.stop() == 0
    assert console.manage("migrate", "--check").returncode != 0, "the database has stopped, too"


def test_without_redis_the_worker_still_gets_what_the_beat_sends(console):
    console.start(REDIS_URL="memory://")
    until(lambda: console.rows("SELECT 1 FROM crisis_engineheartbeat WHERE part = 'advance'"))
    assert console.stop() == 0

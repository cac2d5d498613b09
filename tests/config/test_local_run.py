"""`make run` as a whole: real processes, killed and stopped, on one data folder."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.local.folder import Folder
from config.local.postgres import Cluster
from tests.until import until

ROOT = Path(__file__).parents[2]


class Console:
    """`python -m config.local run` with nothing set but where and on which port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "VAR_DIR": str(folder / "var"),
            "PORT": str(self.port),
            "EMPTY": "1",
        }

    def start(self, **variables: str) -> None:
        """Returns when the screen says that the console is ready."""
        self.screen = self.folder / "screen"
        with self.screen.open("w") as screen:
            self.process = psutil.Popen(
                [sys.executable, "-m", "config.local", "run"],
                cwd=ROOT,
                env=self.environment | variables,
                stdout=screen,
                stderr=screen,
            )
        until(lambda: "is ready after" in self.said() or self.process.poll() is not None, seconds=90)
        assert self.process.poll() is None, self.said()
        self.family = self.process.children(recursive=True)

    def said(self) -> str:
        return self.screen.read_text()

    def is_gone(self) -> bool:
        return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in [self.process, *self.family])

    def kill_everything(self) -> None:
        for process in [self.process, *self.family]:
            process.kill()
        self.process.wait()
        until(self.is_gone)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        until(self.is_gone)
        return code

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status

    def database(self) -> Cluster:
        folder = Folder(self.folder / "var")
        return Cluster(folder.path / "postgres", folder.sockets())


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Shared, because the first start on a folder costs some seconds."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def console(folder) -> Iterator[Console]:
    console = Console(folder)
    yield console
    if not console.is_gone():
        console.kill_everything()


def execute(cluster: Cluster, statement: str) -> list[tuple]:
    connection = cluster.connect("leitstelle")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_it_starts_survives_kill_9_with_its_data_and_leaves_no_process(console):
    console.start()
    assert re.search(r"is ready after \d+\.\d s: http://localhost:", console.said())
    assert console.get("/healthz") == 200
    execute(console.database(), "CREATE TABLE kept AS SELECT 42 AS answer")
    console.kill_everything()

    console.start()
    assert console.get("/healthz") == 200
    assert execute(console.database(), "SELECT answer FROM kept") == [(42,)]
    assert manage(console, "migrate", "--check") == 0
    assert console.stop() == 0
    assert manage(console, "migrate", "--check") != 0, "the database has stopped, too"


def manage(console: Console, *words: str) -> int:
    """Runs `manage.py` as somebody beside the running console does."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=console.environment, capture_output=True, check=False).returncode


def test_without_redis_the_worker_still_gets_what_the_beat_sends(console):
    console.start(REDIS_URL="memory://")
    until(lambda: execute(console.database(), "SELECT 1 FROM crisis_engineheartbeat WHERE part = 'advance'"))
    assert console.stop() == 0

"""A whole console as people start it: `python -m config.local run`, with its services, processes and data folder."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

from config.local.folder import Folder
from config.local.postgres import Cluster
from tests.ports import free_port
from tests.until import PATIENCE, until

ROOT = Path(__file__).parents[1]


class Console:
    """Nothing is set but where it keeps its data and on which port it answers; `variables` add to that."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "VAR_DIR": str(folder / "var"),
            "PORT": str(self.port),
        } | variables

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

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
        try:
            until(lambda: "is ready after" in self.said() or self.process.poll() is not None, seconds=2 * PATIENCE)
            assert self.process.poll() is None, self.said()
        except BaseException:
            self.kill_everything()
            raise

    def said(self) -> str:
        return self.screen.read_text()

    def family(self) -> list[psutil.Process]:
        """The launcher and all that it has started."""
        return [self.process, *(self.process.children(recursive=True) if is_alive(self.process) else [])]

    def is_running(self) -> bool:
        return is_alive(self.process)

    def kill_everything(self) -> None:
        family = self.family()
        for process in family:
            with suppress(psutil.NoSuchProcess):  # a parent's death may have ended it
                process.kill()
        self.process.wait()
        until(lambda: not any(map(is_alive, family)))

    def stop(self) -> int:
        family = self.family()
        self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(PATIENCE)
        except psutil.TimeoutExpired:
            self.kill_everything()
            raise
        until(lambda: not any(map(is_alive, family)))
        return code

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
            return answer.status

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs `manage.py` as somebody beside the running console does."""
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def account(self, username: str) -> dict[str, str]:
        """A demo account: username, password, role, api_token."""
        accounts = json.loads((self.folder / "var" / "demo-accounts.json").read_text())
        return next(account for account in accounts if account["username"] == username)

    def database(self) -> Cluster:
        folder = Folder(self.folder / "var")
        return Cluster(folder.path / "postgres", folder.sockets())

    def rows(self, statement: str, *values: object) -> list[tuple]:
        """What a statement yields in the console's own database."""
        connection = self.database().connect("leitstelle")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

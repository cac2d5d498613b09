"""The console as a process of its own, on the test's database, with collected and hashed static files."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from config import catalogues
from tests.ports import free_port
from tests.until import PATIENCE, until

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running_console(folder: Path) -> Iterator[str]:
    """Yields the address of a console that answers; stops the process afterwards."""
    port = free_port()
    environment = environment_for(folder, port)
    for name in catalogues.NAMES:
        catalogues.compile_catalogue(name)
    manage(environment, "collectstatic", "--no-input", "-v0")
    with answering(folder, port, environment):
        yield f"http://localhost:{port}"


@contextmanager
def answering(folder: Path, port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A web process that answers on the port; stopped afterwards."""
    log = folder / f"web-{port}.log"
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        until(lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()


def environment_for(folder: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        "DATABASE_URL": database_url(),
        "PUBLIC_URL": f"http://localhost:{port}",
        "VAR_DIR": str(folder),
        "DEBUG": "0",
    }


def database_url() -> str:
    """The address of the database that this test run uses."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)


def answers(port: int) -> bool:
    client = http.client.HTTPConnection("localhost", port, timeout=2)
    try:
        client.request("GET", "/accounts/login/")
        return client.getresponse().status == 200
    except OSError:
        return False
    finally:
        client.close()

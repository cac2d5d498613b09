"""The commands of docker-compose.yml as processes on real services: they start, work, and stop when asked."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.groups import load_groups
from accounts.models import ApiToken
from accounts.tokens import digest_of
from tests.browser.server import manage
from tests.deploy.databases import connected_to, empty_database
from tests.deploy.files import OURS, ROOT, SERVICES, command, example, grace, image_environment
from tests.make import make_channel, make_topic, make_user
from tests.ports import free_port
from tests.until import PATIENCE, until

NAME = "deployed"
TOKEN = "token-of-the-deployed-console"
ONE_SHOT = "migrate"
LONG_RUNNING = [name for name in OURS if name != ONE_SHOT]
MENTION = {
    "channel": "forum",
    "external_id": "deployed-1",
    "text": "@brauhell my lawyer will hear of the burnt cable.",
    "language": "en",
    "posted_at": datetime.now(UTC).isoformat(),
    "author": {"external_id": "a1", "handle": "a1@example.social"},
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory, django_db_blocker) -> Iterator[dict[str, str]]:
    """As in a container: the image's variables and .env, on a database of its own."""
    folder = tmp_path_factory.mktemp("deployed")
    port = free_port()
    with django_db_blocker.unblock(), empty_database(NAME) as address:
        yield image_environment() | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "DATABASE_URL": address,
            "REDIS_URL": os.environ["REDIS_URL"],
            "SECRET_KEY": os.environ["SECRET_KEY"],
            "FIELD_ENCRYPTION_KEYS": os.environ["FIELD_ENCRYPTION_KEYS"],
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "PUBLIC_URL": "https://leitstelle.example.org",
            "ALLOWED_HOSTS": "leitstelle.example.org",
            "FORWARDED_ALLOW_IPS": example()["FORWARDED_ALLOW_IPS"],
            "LOG_FORMAT": example()["LOG_FORMAT"],
            "LOG_REQUESTS": example()["LOG_REQUESTS"],
            "VAR_DIR": str(folder),
            "STATIC_ROOT": str(folder / "collected"),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser",  # nobody is, in the image
        }


@pytest.mark.skipif(os.environ.get("REDIS_URL", "").startswith("memory"), reason="there is no redis-server here")
def test_what_compose_starts_works_and_stops_when_asked(environment, tmp_path):
    manage(environment, "collectstatic", "--no-input", "-v0")
    with running([ONE_SHOT], environment, tmp_path) as processes:
        assert processes[ONE_SHOT].wait(PATIENCE) == 0, said(tmp_path, ONE_SHOT)
    with connected_to(NAME):
        prepare()
    with running(LONG_RUNNING, environment, tmp_path) as processes:
        until(lambda: ask(environment, "/readyz")[0] == 200)
        assert healthcheck(environment) == 0
        status, answer = ask(environment, "/api/v1/mentions/", MENTION)
        assert (status, answer["results"][0]["status"]) == (200, "created")
        mention = f"/api/v1/mentions/{answer['results'][0]['id']}/"
        until(lambda: ask(environment, mention)[1].get("suggestion"))
        codes = {name: stopped(process, grace(name)) for name, process in processes.items()}
    assert codes == dict.fromkeys(LONG_RUNNING, 0)
    assert healthcheck(environment) == 1
    assert [line for name in LONG_RUNNING for line in said(tmp_path, name).splitlines() if not is_json(line)] == []


@contextmanager
def running(names: list[str], environment: dict[str, str], folder: Path) -> Iterator[dict[str, subprocess.Popen]]:
    """Afterwards none is left, nor what it has started."""
    processes = {name: started(name, environment, folder) for name in names}
    try:
        yield processes
    finally:
        for process in processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def started(name: str, environment: dict[str, str], folder: Path) -> subprocess.Popen:
    with (folder / name).open("wb") as log:
        return subprocess.Popen(
            command(name), cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )


def stopped(process: subprocess.Popen, grace: float) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(grace)


def said(folder: Path, name: str) -> str:
    return (folder / name).read_text()


def is_json(line: str) -> bool:
    """Celery says good-bye past every log."""
    return line.startswith("{") or line in {"", "worker: Warm shutdown (MainProcess)"}


def prepare() -> None:
    load_groups()
    maya = make_user("maya", groups=("community_manager",), roles=("community_manager", "social_lead"))
    make_channel("forum").unit.members.add(maya)
    make_topic("Brauhell", slug="brauhell", handles=["brauhell"])
    ApiToken.objects.create(owner=maya, name="deployed", digest=digest_of(TOKEN))
    connection.close()


def ask(environment: dict[str, str], path: str, body: Any = None) -> tuple[int, Any]:
    """As a proxy that people reach by https."""
    headers = {
        "Host": "leitstelle.example.org",
        "X-Forwarded-Proto": "https",
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/json",
    }
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{environment['PORT']}{path}", data, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, {}
    except OSError:
        return 0, {}


def healthcheck(environment: dict[str, str]) -> int:
    test = [str(word) for word in SERVICES["web"]["healthcheck"]["test"]]
    assert test[0] == "CMD"
    return subprocess.run(test[1:], cwd=ROOT, env=environment, check=False).returncode


def test_each_kind_of_work_has_a_worker():
    queues = {command(name)[command(name).index("--queues") + 1] for name in OURS if "--queues" in command(name)}
    assert queues == {"leitstelle", "engine"}
    assert {"beat", "nightwatch", "web"} <= OURS.keys()


def test_nothing_starts_before_the_tables_are_up_to_date():
    assert OURS[ONE_SHOT]["restart"] == "no"
    for name in LONG_RUNNING:
        assert OURS[name]["depends_on"][ONE_SHOT] == {"condition": "service_completed_successfully"}
        assert OURS[name]["restart"] == "unless-stopped"


def test_no_container_of_ours_may_do_more_than_it_must():
    for service in OURS.values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert SERVICES["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert not any("ports" in service for name, service in SERVICES.items() if name != "web")

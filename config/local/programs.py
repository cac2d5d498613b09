"""The processes of the console, as docs/deploy.md lists them, with the options that suit one small machine."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from config.local.process import Program
from config.local.redis import IN_MEMORY
from config.local.web import Address

ROOT = Path(__file__).resolve().parent.parent.parent
WEB = shlex.split("config.asgi:application --timeout-graceful-shutdown 3 --no-access-log --log-level warning")
# Threads, because a pool of processes costs 80 MB for each of them.
WORKER = shlex.split("-q -A config worker --pool threads --concurrency 4 --queues leitstelle,engine --loglevel WARNING")
ALONE = shlex.split("--without-gossip --without-mingle --without-heartbeat")
BEAT = shlex.split("-q -A config beat --pidfile= --loglevel WARNING")


def setup(variables: Mapping[str, str]) -> Program:
    """Runs once, before the others."""
    return python("setup", variables, "config.local.prepare")


def programs(folder: Path, address: Address, variables: Mapping[str, str]) -> list[Program]:
    """In the order of starting; they stop in the opposite order."""
    schedule = ["--schedule", str(folder / "beat-schedule")]
    worker = ["celery", *WORKER, *ALONE]
    web = python("web", variables, "uvicorn", *WEB, "--host", address.host, "--port", str(address.port))
    nightwatch = Program("nightwatch", [sys.executable, "manage.py", "nightwatch"], variables, ROOT)
    if variables["REDIS_URL"] == IN_MEMORY:
        return [nightwatch, python("worker", variables, *worker, "--beat", *schedule), web]
    beat = python("beat", variables, "celery", *BEAT, *schedule)
    return [nightwatch, python("worker", variables, *worker), beat, web]


def python(name: str, variables: Mapping[str, str], module: str, *arguments: str) -> Program:
    return Program(name, [sys.executable, "-m", module, *arguments], variables, ROOT)

"""The processes of the console, as docs/operating.md lists them, with the options that suit one small machine."""

import shlex
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from config.local.process import Program

ROOT = Path(__file__).resolve().parent.parent.parent
# Threads, because a pool of processes costs 80 MB for each of them.
WORKER = shlex.split(
    "worker --pool threads --concurrency 4 --queues leitstelle,engine"
    " --without-gossip --without-mingle --without-heartbeat"
)


def setup(variables: Mapping[str, str]) -> Program:
    """Runs once, before the others."""
    return python("setup", variables, "config.local.prepare")


def demo(variables: Mapping[str, str]) -> Program:
    """Lets the demo's first minutes happen; ends at once where they have happened."""
    return Program("demo", [sys.executable, "manage.py", "play_demo"], variables, ROOT, once=True)


def programs(folder: Path, listener: socket.socket, variables: Mapping[str, str]) -> list[Program]:
    """In the order of starting; they stop in the opposite order, so that the nightwatch misses no worker."""
    schedule = str(folder / "beat-schedule")
    port = listener.fileno()
    web = replace(python("web", variables, "config.web", "--fd", str(port)), descriptors=(port,))
    nightwatch = Program("nightwatch", [sys.executable, "manage.py", "nightwatch"], variables, ROOT)
    worker = python("worker", variables, "config.local.worker_with_beat", schedule, *WORKER)
    return [worker, nightwatch, web]


def python(name: str, variables: Mapping[str, str], module: str, *arguments: str) -> Program:
    return Program(name, [sys.executable, "-m", module, *arguments], variables, ROOT)

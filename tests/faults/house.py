"""A whole pager made of real processes, each of which a test may kill: PostgreSQL, Redis, Celery, nightwatch, mail.

Every wait of the pager is divided by `speed`, so that a lease lapses after three seconds instead of thirty.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import F, Max

from config.local.postgres import CARELESS, Cluster
from config.local.process import Program, spawn
from config.local.redis import Broker, find_redis
from crisis.models import DeliveryAttempt, Escalation, Notification
from tests.crisis.smtp import Mailbox
from tests.emptying import HOLD_FAST, LET_GO
from tests.until import PATIENCE, until

ROOT = Path(__file__).resolve().parents[2]
SPEED = 10
DATABASE = "faults"
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}


@dataclass
class House:
    """Use `open_house()`. Processes are started when a test asks for them and killed at its end."""

    folder: Path
    cluster: Cluster
    broker: Broker
    mailbox: Mailbox
    running: dict[str, subprocess.Popen] = field(default_factory=dict)
    kills: int = 0
    speed: float = SPEED

    def start(self, name: str) -> subprocess.Popen:
        """postgres, redis, worker, worker2, beat or nightwatch."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = spawn(self.program(name), log)
        return self.running[name]

    def program(self, name: str) -> Program:
        if name == "postgres":
            return self.cluster.program()
        if name == "redis":
            return self.broker.program()
        return Program(name, [sys.executable, *self.arguments(name)], self.environment(), ROOT)

    def arguments(self, name: str) -> list[str]:
        if name == "nightwatch":
            return ["manage.py", "nightwatch"]
        celery = ["-m", "celery", "-A", "config"]
        if name == "beat":
            return [*celery, "beat", "--schedule", str(self.folder / "beat"), "--pidfile", ""]
        return [*celery, "worker", "-Q", "engine,leitstelle", "--pool", "threads", "-c", "4", "-n", f"{name}@here"]

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": self.cluster.url(DATABASE),
            "REDIS_URL": self.broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mailbox.port}",
            "ENGINE_SPEED": str(self.speed),
            "LOG_LEVEL": "INFO",
        }

    def kill(self, name: str) -> None:
        """`kill -9`, and all that it started."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.kills += 1

    def stop(self, name: str) -> int:
        """Asks it to stop, as an operator does, and returns its exit code."""
        process = self.running.pop(name)
        process.send_signal(self.program(name).stop_signal)
        return process.wait(PATIENCE)

    def start_postgres(self) -> None:
        self.cluster.clear_the_way()
        self.start("postgres")
        until(self.cluster.is_ready)

    def start_redis(self) -> None:
        self.start("redis")
        until(self.broker.is_ready)

    def close(self) -> None:
        """Ends what a test has left running, PostgreSQL apart."""
        for name in [name for name in self.running if name != "postgres"]:
            self.kill(name)

    def log_of(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def settled(self) -> bool:
        """Whether nothing is due and nothing is left to send."""
        busy = look(lambda: Escalation.objects.due().exists() or Notification.objects.undelivered().exists(), True)
        return not busy

    def figures(self, name: str, since: float) -> dict[str, object]:
        """Prints and returns what counts: sends, lost, twice, the slowest way from a page to its mail, all in all."""
        sent = Counter(self.mailbox.page_ids())
        mails = Notification.objects.filter(lane="email", kind="page").exclude(state="withdrawn")
        wanted = set(mails.values_list("page_id", flat=True))
        outcomes = Counter(DeliveryAttempt.objects.filter(notification__lane="email").values_list("outcome", flat=True))
        slowest = mails.aggregate(wait=Max(F("finished_at") - F("created_at")))["wait"]
        found = {
            "sends": sent.total(),
            "lost": len(wanted - sent.keys()),
            "twice": sent.total() - len(sent),
            "kills": self.kills,
            "unknown": outcomes["unknown"],
            "slowest": f"{slowest.total_seconds():.1f} s" if slowest else "-",
            "in all": f"{time.monotonic() - since:.1f} s",
        }
        print(f"\n{name}:", ", ".join(f"{key} {value}" for key, value in found.items()))
        return found


def look(question, default=None):
    """Asks the database; `default` while it is away."""
    try:
        return question()
    except OperationalError:
        connection.close()
        return default


@contextmanager
def open_house(mailbox: Mailbox) -> Iterator[House]:
    """With PostgreSQL running and migrated, and this process's own connection pointing to it."""
    with tempfile.TemporaryDirectory(prefix="leitstelle-faults-") as name:
        folder = Path(name)
        redis = find_redis() or pytest.skip("there is no redis-server here")
        house = House(folder, Cluster(folder / "postgres", folder, CARELESS), Broker(redis, folder), mailbox)
        house.cluster.create()
        house.start_postgres()
        house.cluster.make_database(DATABASE)
        try:
            with connected_to(house.cluster):
                call_command("migrate", verbosity=0)
                yield house
        finally:
            house.close()
            house.stop("postgres")


@contextmanager
def connected_to(cluster: Cluster) -> Iterator[None]:
    """The default connection of this process leads into `cluster`."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= {"NAME": DATABASE, "USER": "app", "HOST": str(cluster.sockets), "PORT": "5432"}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict |= before


def empty_tables() -> None:
    tables = [name for name in connection.introspection.table_names() if name not in KEPT_TABLES]
    with connection.cursor() as cursor:
        cursor.execute(LET_GO)
        cursor.execute("TRUNCATE {} RESTART IDENTITY CASCADE".format(", ".join(f'"{name}"' for name in tables)))
        cursor.execute(HOLD_FAST)

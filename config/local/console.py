"""One whole console from its services to its last process, from the first line on the screen to the last."""

import json
import os
import sys
import time
from pathlib import Path

from config.local import environment
from config.local.folder import Folder
from config.local.keys import keep_keys
from config.local.postgres import Cluster, explain
from config.local.process import Program
from config.local.redis import IN_MEMORY, Broker, find_redis
from config.local.supervise import Supervisor, open_log
from config.local.web import Address

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = "leitstelle"
FIRST_START_MB, LATER_START_MB = 200, 30
PATIENCE = 60  # seconds; PostgreSQL may have a crash to recover from
QUEUES = "leitstelle,engine"


def run() -> None:
    """Starts everything under VAR_DIR and stays until it is asked to stop."""
    started = time.monotonic()
    address = Address.from_environment()
    folder = Folder(Path(os.environ.get("VAR_DIR", "").strip() or ROOT / "var"))
    crashed = folder.lock(address.url)
    open_log(folder.path / "logs" / "console.log")
    try:
        address.require_free(patience=10 if crashed else 0)
        with Supervisor() as supervisor:
            start(supervisor, folder, address)
            supervisor.log.info("Ready in %.1f s", time.monotonic() - started)
            print(welcome(folder.path, address), flush=True)
            supervisor.watch()
    finally:
        folder.unlock()


def start(supervisor: Supervisor, folder: Folder, address: Address) -> None:
    database_url = os.environ.get("DATABASE_URL", "").strip() or start_postgres(supervisor, folder)
    redis_url = os.environ.get("REDIS_URL", "").strip() or start_redis(supervisor, folder)
    known = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, **keep_keys(folder.path)}
    variables = environment.complete(known, address.url, folder.path)
    environment.remember(variables, folder.path)
    supervisor.complete(python("setup", "config.local.prepare", variables=variables))
    for program in programs(folder.path, address, variables):
        last = supervisor.keep_running(program)
    supervisor.wait_until(address.answers, last, PATIENCE, lambda child: f"The web server {child.epitaph()}.")


def start_postgres(supervisor: Supervisor, folder: Folder) -> str:
    data = folder.path / "postgres"
    folder.require_space(LATER_START_MB if data.exists() else FIRST_START_MB)
    cluster = Cluster(data, folder.sockets())
    if not data.exists():
        supervisor.log.info("First start: making the database in %s", data)
    cluster.create()
    adopted = cluster.clear_the_way()
    child = supervisor.keep_running(cluster.program(), adopted, before_start=cluster.clear_the_way)
    supervisor.wait_until(cluster.is_ready, child, PATIENCE, lambda child: explain(child.last_lines, data))
    cluster.make_database(DATABASE)
    return cluster.url(DATABASE)


def start_redis(supervisor: Supervisor, folder: Folder) -> str:
    binary = find_redis()
    if binary is None:
        supervisor.log.info("No redis-server here: worker and beat share one process")
        return IN_MEMORY
    broker = Broker(binary, folder.sockets())
    child = supervisor.keep_running(broker.program())
    supervisor.wait_until(broker.is_ready, child, PATIENCE, lambda child: f"Redis {child.epitaph()}.")
    return broker.url


def programs(folder: Path, address: Address, variables: dict[str, str]) -> list[Program]:
    """In the order of starting; they stop in the opposite order."""
    schedule = ["--schedule", str(folder / "beat-schedule")]
    worker = ["-A", "config", "worker", "--pool", "threads", "--concurrency", "4", "--queues", QUEUES]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    beat = ["-A", "config", "beat", *schedule, "--pidfile=", "--loglevel", "WARNING"]
    together = variables["REDIS_URL"] == IN_MEMORY
    web = ["config.asgi:application", "--host", address.host, "--port", str(address.port)]
    return [
        Program("nightwatch", [sys.executable, "manage.py", "nightwatch"], variables, ROOT),
        python("worker", "celery", *worker, *quiet, *(["--beat", *schedule] if together else []), variables=variables),
        *([] if together else [python("beat", "celery", *beat, variables=variables)]),
        python("web", "uvicorn", *web, "--timeout-graceful-shutdown", "3", "--no-access-log", variables=variables),
    ]


def python(name: str, module: str, *arguments: str, variables: dict[str, str]) -> Program:
    return Program(name, [sys.executable, "-m", module, *arguments], variables, ROOT)


def welcome(folder: Path, address: Address) -> str:
    lines = [f"Leitstelle is ready: {address.url}", *accounts(folder / "demo-accounts.json")]
    if "EMAIL_URL" not in os.environ:
        lines.append(f"  Mails   {address.url}/demo/mail/")
    lines += [f"  Log     {folder / 'logs' / 'console.log'}", "  Stop    Ctrl-C"]
    return "\n".join(["", *lines, ""])


def accounts(file: Path) -> list[str]:
    """One line per demo account; none when the demo was not loaded."""
    if not file.exists():
        return []
    return [f"  {a['username']:<8}{a['password']:<20}{a['role']}" for a in json.loads(file.read_text())]

"""One whole console from its services to its last process, from the first line on the screen to the last."""

import json
import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from config.local import environment
from config.local.environment import DEMO_ACCOUNTS, SETUP_CODE, wants_demo
from config.local.folder import Folder
from config.local.keys import keep_keys
from config.local.postgres import Cluster, explain
from config.local.programs import ROOT, demo, programs, setup
from config.local.redis import IN_MEMORY, Broker, find_redis
from config.local.supervise import Supervisor, open_log
from config.local.web import Address

DATABASE = "leitstelle"
FIRST_START_MB, LATER_START_MB = 200, 30
PATIENCE = 60  # seconds; PostgreSQL may have a crash to recover from


def run() -> None:
    """Starts everything under VAR_DIR and stays until it is asked to stop."""
    started = time.monotonic()
    address = Address.from_environment()
    folder = Folder(Path(os.environ.get("VAR_DIR", "").strip() or ROOT / "var"))
    crashed = folder.lock(address.url)
    open_log(folder.path / "logs" / "console.log")
    try:
        with address.listen(patience=10 if crashed else 0) as listener, Supervisor() as supervisor:
            variables = start(supervisor, folder, address, listener)
            seconds = time.monotonic() - started
            supervisor.log.info("Ready after %.1f s on %s", seconds, address.url)
            print(welcome(folder.path, address, seconds, variables), flush=True)
            supervisor.watch()
    finally:
        folder.unlock()


def start(supervisor: Supervisor, folder: Folder, address: Address, listener: socket.socket) -> dict[str, str]:
    """Returns the environment that every process of the console got."""
    database_url = os.environ.get("DATABASE_URL", "").strip() or start_postgres(supervisor, folder)
    redis_url = os.environ.get("REDIS_URL", "").strip() or start_redis(supervisor, folder)
    known = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, **keep_keys(folder.path)}
    variables = environment.complete(known, address.url, folder.path)
    environment.remember(variables, folder.path)
    supervisor.complete(setup(variables))
    variables = environment.with_demo(variables, folder.path)
    environment.remember(variables, folder.path)
    for program in programs(folder.path, listener, variables):
        last = supervisor.keep_running(program)
    supervisor.wait_until(address.answers, last, PATIENCE, lambda child: f"The web server {child.epitaph()}.")
    if wants_demo() and (folder.path / DEMO_ACCOUNTS).exists():
        supervisor.keep_running(demo(variables))
    return variables


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


def welcome(folder: Path, address: Address, seconds: float, variables: Mapping[str, str]) -> str:
    mails = [] if os.environ.get("EMAIL_URL", "").strip() else [f"  mails   {address.url}/demo/mail/"]
    lines = [
        f"Leitstelle is ready after {seconds:.1f} s: {address.url}",
        "",
        *first_account(folder / SETUP_CODE, address),
        *play(variables, address),
        *accounts(folder / DEMO_ACCOUNTS),
        *mails,
        f"  log     {folder / 'logs' / 'console.log'}",
        "  stop    Ctrl-C",
    ]
    return "\n".join(["", *lines, ""])


def first_account(file: Path, address: Address) -> list[str]:
    """How the first account is made; nothing once there is one."""
    if not file.exists():
        return []
    code = file.read_text().strip()
    return [f"  begin   {address.url}/first-run/  with the set-up code  {code}", ""]


def play(variables: Mapping[str, str], address: Address) -> list[str]:
    if variables.get("DEMO") != "1":
        return []
    return [f"  begin   {address.url}/demo/play/  plays a crisis in three minutes; or sign in as", ""]


def accounts(file: Path) -> list[str]:
    """One line per demo account; none when the demo was not loaded."""
    if not file.exists():
        return []
    people = json.loads(file.read_text())
    return [*(f"  {one['username']:<8}{one['password']:<20}{one['role']}" for one in people), ""]

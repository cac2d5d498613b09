"""Real PostgreSQL and Redis for a test run, started when the environment names none, gone when the run ends."""

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

from config.local.postgres import CARELESS, Cluster
from config.local.process import Program, spawn
from config.local.redis import IN_MEMORY, Broker, find_redis

DATABASE = "leitstelle"
PROVIDED = (
    "DATABASE_URL",
    "REDIS_URL",
    "VAR_DIR",
    "SECRET_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
)


def provide() -> None:
    """Completes the environment before the settings are read; what is set already stays as it is."""
    if all(os.environ.get(name) for name in PROVIDED):
        return  # a process that a test has started
    folder = Path(tempfile.mkdtemp(prefix="leitstelle-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start_postgres(folder)
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = start_redis(folder)
    set_defaults(folder)


def set_defaults(folder: Path) -> None:
    """Sets what the settings ask for besides the services."""
    defaults = {
        "VAR_DIR": str(folder),
        "SECRET_KEY": "only for tests, which hold no secret",
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PUBLIC_URL": "http://testserver",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "EMAIL_URL": f"filemail://{folder}/mail",
    }
    for name, value in defaults.items():
        if not os.environ.get(name):
            os.environ[name] = value


def start_postgres(folder: Path) -> str:
    cluster = Cluster(folder / "postgres", folder, CARELESS)
    cluster.create()
    start(cluster.program(), folder, cluster.is_ready)
    cluster.make_database(DATABASE)
    return cluster.url(DATABASE)


def start_redis(folder: Path) -> str:
    binary = find_redis()
    if binary is None:
        return IN_MEMORY
    broker = Broker(binary, folder)
    start(broker.program(), folder, broker.is_ready)
    return broker.url


def start(program: Program, folder: Path, is_ready: Callable[[], bool]) -> None:
    """Starts the program, waits until it is ready, and has it stopped when this process ends."""
    log = folder / f"{program.name}.log"
    with log.open("wb") as output:
        process = spawn(program, output)
    atexit.register(stop, process, program)
    deadline = time.monotonic() + 60
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{program.name} did not start:\n{log.read_text()}")
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes], program: Program) -> None:
    process.send_signal(program.stop_signal)
    try:
        process.wait(program.patience)
    except subprocess.TimeoutExpired:
        process.kill()

"""The embedded PostgreSQL: one cluster in one folder, reachable through a private unix socket only."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg2
import psycopg2.extensions

from config.local.postgres_binaries import Binaries, find_binaries, give, unprivileged
from config.local.process import Adopted, Program
from config.local.refusal import Refusal

SUPERUSER = "app"
# TCP stays off, because whoever may open the socket is trusted. The name PORT only names the socket's file.
PORT = 5432
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "max_connections": "100",
    "max_logical_replication_workers": "0",
}
# For tests only: a crash of the machine may cost the data.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
CAUSES = {
    "No space left on device": "The disk of {} is full: PostgreSQL did not start.",
    "Disk quota exceeded": "The disk quota for {} is used up: PostgreSQL did not start.",
    "Permission denied": "PostgreSQL cannot reach {}: choose another folder with VAR_DIR=….",
    "Read-only file system": "PostgreSQL cannot write to {}: choose another folder with VAR_DIR=….",
}
# Its version and socket, the answers to our own knocking while it starts, and the steps of an ordinary end.
CHATTER = re.compile(
    "starting PostgreSQL|listening on Unix socket|the database system is starting up$"
    "|received fast shutdown request|aborting any active transactions|LOG:  shutting down$"
)


class Cluster:
    def __init__(self, data: Path, sockets: Path, settings: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.sockets = sockets
        self.settings = SETTINGS | {"unix_socket_directories": str(sockets)} | dict(settings or {})
        self.binaries: Binaries = find_binaries(self.major)

    @property
    def major(self) -> int | None:
        """The version that made the data; None while there is none."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int((self.data / "PG_VERSION").read_text())
        return None

    def url(self, database: str) -> str:
        """As libpq and django-environ both read it."""
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.sockets))}&port={PORT}"

    def create(self) -> None:
        """Makes the data folder unless it is there; an interrupted attempt leaves nothing that looks like data."""
        if self.data.exists():
            return
        draft = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        made = subprocess.run(
            [*unprivileged(self.binaries, draft), self.binaries["initdb"], "-D", draft, *self.initdb_options()],
            env=plain_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise Refusal(explain((made.stdout + made.stderr).splitlines(), self.data))
        draft.replace(self.data)

    def initdb_options(self) -> list[str]:
        """The same sorting on every system; versions before 17 know no builtin locale."""
        locale = ["--locale=C.UTF-8"]
        if self.binaries.major >= 17:
            locale.insert(0, "--locale-provider=builtin")
        return ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", *locale, "--no-sync"]

    def program(self) -> Program:
        prefix = unprivileged(self.binaries, self.data)
        if prefix:
            give(self.sockets, self.data.stat().st_uid)
        settings = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            command=[*prefix, self.binaries["postgres"], "-D", str(self.data), *settings],
            environment=plain_environment(),
            folder=Path("/"),
            stop_signal=signal.SIGINT,  # fast shutdown: ends sessions, writes everything
            patience=30,
            chatter=CHATTER,
        )

    def is_ready(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, database: str) -> psycopg2.extensions.connection:
        return psycopg2.connect(host=str(self.sockets), port=PORT, user=SUPERUSER, dbname=database, connect_timeout=5)

    def make_database(self, name: str) -> None:
        connection = self.connect("postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
                if not cursor.rowcount:
                    cursor.execute(f'CREATE DATABASE "{name}"')
        finally:
            connection.close()

    def clear_the_way(self, patience: float = 30) -> Adopted | None:
        """Looks at what an earlier run left: a server that answers is adopted, one that is ending is awaited.

        A pid file whose number another process has by now would make PostgreSQL refuse: it is deleted, the process
        is left alone. A pid file that names nobody is PostgreSQL's own business.
        """
        deadline = time.monotonic() + patience
        while is_server(pid := self.pid_on_file(), self.data):
            if self.is_ready():
                return Adopted(pid)
            if time.monotonic() > deadline:
                raise Refusal(
                    f"PostgreSQL (process {pid}) holds {self.data} but does not answer: stop it with 'kill -INT {pid}'."
                )
            time.sleep(0.1)
        if is_alive(pid):
            (self.data / "postmaster.pid").unlink()
        if is_alive(first_number(self.socket_lock)):
            self.socket_lock.unlink()
        return None

    def pid_on_file(self) -> int:
        return first_number(self.data / "postmaster.pid")

    @property
    def socket_lock(self) -> Path:
        return self.sockets / f".s.PGSQL.{PORT}.lock"


def plain_environment() -> dict[str, str]:
    """Without PG* variables and locale of the person who starts it, so that messages and defaults are known."""
    kept = {k: v for k, v in os.environ.items() if not re.match(r"PG|LC_|LANG", k)}
    return kept | {"LC_ALL": "C.UTF-8"}


def first_number(file: Path) -> int:
    """The process number on the first line; 0 when there is none."""
    try:
        return abs(int(file.read_text().splitlines()[0]))
    except (FileNotFoundError, ValueError, IndexError):
        return 0


def is_alive(pid: int) -> bool:
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def is_server(pid: int, data: Path) -> bool:
    """Whether process `pid` is the PostgreSQL of folder `data`."""
    return is_alive(pid) and f"postgres -D {data} " in command_line(pid)


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        pass
    ps = shutil.which("ps")
    if ps is None:
        return ""
    return subprocess.run([ps, "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout


def explain(lines: Iterable[str], data: Path) -> str:
    """One sentence for the person at the terminal, from PostgreSQL's last words."""
    lines = list(lines)
    said = "\n".join(lines)
    for words, sentence in CAUSES.items():
        if words in said:
            return sentence.format(data)
    final = [line for line in lines if re.match(r"\S*\s*(FATAL|PANIC|ERROR|initdb: error)", line, re.IGNORECASE)]
    last = (final or lines or ["it said nothing"])[-1].strip().rstrip(".")
    return f"PostgreSQL did not start on {data}: {last}."

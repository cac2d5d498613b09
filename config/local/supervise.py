"""Keeps the console's processes running and tells what happens to them, in one log.

honcho, the usual choice, ends everything when one process ends, restarts nothing and stops all at once; supervisord
needs its own daemon and a configuration file. Restart, order of stopping and one log are what this file is for.
"""

import json
import logging
import os
import selectors
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from config.local.process import Adopted, Child, Program
from config.local.refusal import Refusal

TICK = 0.25  # seconds between two looks at the processes
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a dead process is started again
STEADY = 60.0  # seconds after which an earlier death is forgiven


class Stop(Exception):
    """Somebody asked the console to stop."""


class Lines(logging.Formatter):
    """`12:03:04 web        | what it said`"""

    def format(self, record: logging.LogRecord) -> str:
        name = record.name.rpartition(".")[2]
        return f"{self.formatTime(record, self.datefmt)} {name:<10} | {record.getMessage()}"


class JsonLines(logging.Formatter):
    """What a process said as JSON, with its name; whatever else it or the launcher said as JSON like that."""

    def format(self, record: logging.LogRecord) -> str:
        process, said = record.name.rpartition(".")[2], record.getMessage()
        try:
            event = json.loads(said) if said.startswith("{") else {}
        except ValueError:
            event = {}
        time = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        plain = {"time": time, "level": record.levelname.lower(), "event": said}
        return json.dumps((event or plain) | {"process": process}, ensure_ascii=False)


def lines(datefmt: str) -> logging.Formatter:
    """In the form that LOG_FORMAT names; the processes read the same variable."""
    return JsonLines() if os.environ.get("LOG_FORMAT", "").strip() == "json" else Lines(datefmt=datefmt)


def open_log(file: Path) -> None:
    """The log of every process, to the screen and to `file` (5 MB, two older ones)."""
    logging.raiseExceptions = False  # a closed terminal or a full disk must not stop the console
    file.parent.mkdir(exist_ok=True)
    screen = logging.StreamHandler()
    screen.setFormatter(lines("%H:%M:%S"))
    kept = RotatingFileHandler(file, maxBytes=5_000_000, backupCount=2, encoding="utf-8")
    kept.setFormatter(lines("%Y-%m-%d %H:%M:%S"))
    log = logging.getLogger("console")
    log.handlers = [screen, kept]
    log.setLevel(logging.INFO)
    log.propagate = False


class Watched:
    """A program that must run, its present child, and when to start it again."""

    def __init__(self, program: Program, child: Child, before_start: Callable[[], object]) -> None:
        self.program = program
        self.child = child
        self.before_start = before_start
        self.started = time.monotonic()
        self.pause = FIRST_PAUSE
        self.start_at: float | None = None

    def plan_restart(self, now: float) -> float:
        """Sets when to start again and returns the pause until then: 1, 2, 4 … 30 s."""
        if now - self.started > STEADY:
            self.pause = FIRST_PAUSE
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE)
        self.start_at = now + pause
        return pause


class Supervisor:
    """Use as a context: at its end every process has ended, those started last first."""

    def __init__(self) -> None:
        self.log = logging.getLogger("console.console")
        self.watched: list[Watched] = []
        self.selector = selectors.DefaultSelector()
        self.stop_requested = False
        self.hurried = False

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()
        self.selector.close()

    def on_signal(self, number: int, _: object) -> None:
        """The first asks to stop, the second not to wait."""
        self.hurried = self.stop_requested
        self.stop_requested = True

    def keep_running(
        self,
        program: Program,
        adopted: Adopted | None = None,
        before_start: Callable[[], object] = lambda: None,
    ) -> Child:
        child = self.listen(Child(program, adopted))
        self.watched.append(Watched(program, child, before_start))
        return child

    def complete(self, program: Program) -> None:
        """Runs the program to its end; its failure ends the start."""
        child = self.listen(Child(program))
        try:
            while child.is_running():
                self.tick()
        finally:
            child.kill()
            self.drain(child)
        if child.process.returncode:
            raise Refusal(f"The step '{program.name}' failed ({child.epitaph()}): its last lines above say why.")

    def wait_until(
        self, is_ready: Callable[[], bool], child: Child, patience: float, explain: Callable[[Child], str]
    ) -> None:
        """Returns when `is_ready`; a child that ends before that, or takes over `patience` seconds, ends the start."""
        deadline = time.monotonic() + patience
        while not is_ready():
            self.listen_for(0.1)
            if not child.is_running():
                self.drain(child)
                raise Refusal(explain(child))
            if time.monotonic() > deadline:
                raise Refusal(f"{child.program.name} was not ready after {patience:.0f} s: the log says more.")

    def watch(self) -> None:
        """Runs until somebody asks to stop."""
        while True:
            self.tick()

    def tick(self) -> None:
        self.listen_once(TICK)
        for watched in list(self.watched):
            self.look_after(watched)

    def look_after(self, watched: Watched) -> None:
        now = time.monotonic()
        if watched.start_at is not None:
            if now >= watched.start_at:
                self.start_again(watched, now)
        elif watched.child.is_running():
            return
        elif watched.program.once:
            self.watched.remove(watched)
            if watched.child.process.returncode:
                self.log.warning("%s %s", watched.program.name, watched.child.epitaph())
        else:
            watched.child.kill()  # what it left of its session
            pause = watched.plan_restart(now)
            self.log.warning("%s %s; starting again in %g s", watched.program.name, watched.child.epitaph(), pause)

    def start_again(self, watched: Watched, now: float) -> None:
        self.drain(watched.child)
        watched.start_at, watched.started = None, now
        try:
            watched.before_start()
            watched.child = self.listen(Child(watched.program))
        except (OSError, Refusal) as error:
            pause = watched.plan_restart(now)
            self.log.warning("%s cannot start (%s); trying again in %g s", watched.program.name, error, pause)

    def listen(self, child: Child) -> Child:
        if child.output is not None:
            self.selector.register(child.output, selectors.EVENT_READ, child)
        return child

    def listen_once(self, seconds: float) -> None:
        """Passes on what the processes say for up to `seconds`."""
        self.pass_on(seconds)
        if self.stop_requested:
            raise Stop

    def listen_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.listen_once(left)

    def pass_on(self, seconds: float) -> None:
        if not self.selector.get_map():
            time.sleep(seconds)
        for key, _ in self.selector.select(seconds):
            child: Child = key.data
            if child.output is not None and not child.read():
                self.selector.unregister(child.output)
                child.output.close()

    def drain(self, child: Child) -> None:
        """Passes on the last words of a child that has ended."""
        deadline = time.monotonic() + 1
        while child.output is not None and not child.output.closed and time.monotonic() < deadline:
            self.pass_on(0.02)

    def stop_all(self) -> None:
        """Stops in reverse order of starting; a second request cuts the patience short."""
        self.stop_requested = True
        for watched in reversed(self.watched):
            if watched.start_at is None:
                self.stop(watched.child)
        self.watched.clear()

    def stop(self, child: Child) -> None:
        deadline = time.monotonic() + child.program.patience
        child.ask_to_stop()
        while child.is_running() and time.monotonic() < deadline and not self.hurried:
            self.pass_on(0.02)
        child.kill()  # whatever is left, PostgreSQL included: its journal survives that
        while child.is_running():
            time.sleep(0.01)
        self.drain(child)

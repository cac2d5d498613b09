"""One program and its process: started in a session of its own, never outliving the launcher, heard line by line."""

import contextlib
import ctypes
import logging
import os
import re
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
# The launcher stamps every line itself, so that a time the program put first would stand there twice.
OWN_TIME = re.compile(
    r"^(?:\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[,.]\d{3,6}[:\]]?\s*"  # Python's logging
    r"|\d+:(?:\w+ \d+ \w+ \d+ \d\d:\d\d:\d\d\.\d+ [-.*#]|\S+ \(\d+\)) )"  # Redis
)


@dataclass(frozen=True)
class Program:
    """What to run, and how it likes to be stopped: `patience` seconds after `stop_signal` it is killed.

    Lines that match `chatter` are not worth anybody's time and stay out of the log.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10
    chatter: re.Pattern[str] | None = None
    descriptors: tuple[int, ...] = ()  # open files that it inherits
    once: bool = False  # it comes to an end of its own and is not started again


def spawn(program: Program, output: int | IO[bytes] = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """Starts the program. On Linux the kernel sends it its stop signal when the launcher dies, even by `kill -9`.

    Elsewhere an orphaned server is found and adopted by the next start. Call it from the main thread: Linux ties the
    signal to the thread that started the process.
    """
    return subprocess.Popen(
        program.command,
        env=program.environment,
        cwd=program.folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=program.descriptors,
        preexec_fn=partial(die_with_parent, program.stop_signal, os.getpid()) if LIBC else None,
    )


def die_with_parent(stop_signal: int, parent: int) -> None:
    """Runs in the new process, before the program does."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(stop_signal))
    if os.getppid() != parent:  # the launcher died in between
        os._exit(1)


class Adopted:
    """A process that an earlier launcher left behind, with the few methods of Popen that a Child needs."""

    stdout = None
    returncode: int | None = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            self.returncode = 0
        return self.returncode

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Child:
    """A running program. Its lines go to the log under its name; the last ones are kept to explain a failure."""

    def __init__(self, program: Program, process: "subprocess.Popen[bytes] | Adopted | None" = None) -> None:
        self.program = program
        self.log = logging.getLogger(f"console.{program.name}")
        self.last_lines: deque[str] = deque(maxlen=40)
        self.unfinished = b""
        self.process = process or spawn(program)
        if self.process.stdout is not None:
            os.set_blocking(self.process.stdout.fileno(), False)

    @property
    def output(self) -> IO[bytes] | None:
        return self.process.stdout

    def is_running(self) -> bool:
        return self.process.poll() is None

    def read(self) -> bool:
        """Takes what the program has written; false at its end."""
        if self.output is None or self.output.closed:
            return False
        try:
            part = os.read(self.output.fileno(), 65_536)
        except BlockingIOError:
            return True
        *lines, self.unfinished = (self.unfinished + part).split(b"\n")
        if not part and self.unfinished:
            lines, self.unfinished = [self.unfinished], b""
        for line in lines:
            self.hear(line.decode(errors="replace"))
        return bool(part)

    def hear(self, line: str) -> None:
        line = OWN_TIME.sub("", line.rstrip(), count=1)
        chatter = self.program.chatter
        if line and not (chatter and chatter.search(line)):
            self.last_lines.append(line)
            self.log.info("%s", line)

    def ask_to_stop(self) -> None:
        if self.is_running():
            self.process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """Kills the program and whatever of its session is left."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def epitaph(self) -> str:
        code = self.process.returncode
        if code is not None and code < 0:
            return f"killed by signal {-code}"
        return f"ended with code {code}"

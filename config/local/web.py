"""The web server's address: free before it starts, answering when it is ready."""

import errno
import http.client
import os
import socket
import time
from dataclasses import dataclass

from config.local.refusal import Refusal

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - only compared with


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @classmethod
    def from_environment(cls) -> "Address":
        """HOST (127.0.0.1) and PORT (8000)."""
        said = os.environ.get("PORT", "").strip() or "8000"
        if not said.isdecimal() or not 0 < int(said) < 65_536:
            raise Refusal(f"PORT must be a number between 1 and 65535, not {said!r}.")
        return cls(os.environ.get("HOST", "").strip() or "127.0.0.1", int(said))

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def require_free(self, patience: float) -> None:
        """Waits up to `patience` seconds for the port, then refuses."""
        deadline = time.monotonic() + patience
        while (error := self.bind_error()) is not None:
            if isinstance(error, PermissionError):
                raise Refusal(f"Port {self.port} is reserved: choose one above 1023, as in 'make run PORT=8001'.")
            if isinstance(error, socket.gaierror) or error.errno != errno.EADDRINUSE:
                raise Refusal(f"HOST {self.host} is not an address of this machine.")
            if time.monotonic() > deadline:
                raise Refusal(f"Port {self.port} is taken: choose another, as in 'make run PORT={self.port + 1}'.")
            time.sleep(0.2)

    def bind_error(self) -> OSError | None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
                probe.listen(1)
            except OSError as error:
                return error
        return None

    def answers(self) -> bool:
        """Whether /healthz says 200."""
        host = "localhost" if self.host in EVERYWHERE else self.host
        connection = http.client.HTTPConnection(host, self.port, timeout=2)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

"""The web server's address: taken before anything starts, answering when the server is ready."""

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

    def listen(self, patience: float) -> socket.socket:
        """The listening socket, which outlives restarts of the web server: visitors wait, nobody else gets the port.

        Waits up to `patience` seconds for a port that is taken, then refuses.
        """
        deadline = time.monotonic() + patience
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        while True:
            try:
                return socket.create_server((self.host, self.port), family=family, backlog=512)
            except OSError as error:
                if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                    raise Refusal(self.reason(error)) from None
            time.sleep(0.2)

    def reason(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return f"Port {self.port} is taken: choose another, as in 'make run PORT={self.port + 1}'."
        if error.errno == errno.EACCES:
            return f"Port {self.port} is reserved: choose one above 1023, as in 'make run PORT=8001'."
        return f"HOST {self.host} is not an address of this machine."

    def answers(self) -> bool:
        """Whether /healthz says 200."""
        host = "localhost" if self.host in EVERYWHERE else self.host
        connection = http.client.HTTPConnection(host, self.port, timeout=0.5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

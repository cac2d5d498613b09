"""Connections that only go where they may: names are resolved once, vetted, and connected to as vetted.

The address that was looked at is the address that is dialled: a name server that changes its mind gains
nothing.
"""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore
from django.conf import settings
from django.utils.translation import gettext_noop as _

CONNECT_SECONDS = 5.0
MAX_ADDRESSES = 8
WRITE_SLICE = 64 * 1024
# IPv4 in the clothes of IPv6: NAT64, 6to4, Teredo, compatible, mapped, translated.
CARRIERS = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
    )
)

Resolver = Callable[[str, int], list[str]]


class FetchError(Exception):
    """Why nothing came back. `permanent`: trying again will not help until somebody changes something.

    `may_have_arrived`: something was written to the other side before it went wrong.
    """

    may_have_arrived = False

    def __init__(self, reason: str, *, permanent: bool = False, detail: str = "") -> None:
        super().__init__(f"{reason} ({detail})" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.permanent = permanent


class Deadline:
    """One amount of time for everything that happens in an exchange."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """The seconds that remain; raises TimeoutError when none do."""
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds if at_most is None else min(seconds, at_most)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet and to nobody's inside."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address) and (ip.is_site_local or any(ip in net for net in CARRIERS)):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses of `host`, in the system's order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class VettedBackend(httpcore.NetworkBackend):
    """httpcore's door to the network, with a guard. TLS and the Host header still name the host."""

    def __init__(self, resolve: Resolver, clock: Deadline) -> None:
        self._resolve = resolve
        self.clock = clock
        self._inner = httpcore.SyncBackend()
        self.has_written = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        refused: Exception = httpcore.ConnectError(host)
        connecting = Deadline(self.clock.left(CONNECT_SECONDS))
        for address in self._vetted(host, port)[:MAX_ADDRESSES]:
            try:
                stream = self._inner.connect_tcp(address, port, connecting.left(), local_address, socket_options)
                return _TimedStream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("unix sockets are not used")

    def sleep(self, seconds: float) -> None:
        time.sleep(self.clock.left(seconds))

    def _vetted(self, host: str, port: int) -> list[str]:
        addresses = _look_up(self._resolve, host, port, self.clock.left(CONNECT_SECONDS))
        if _host_port(host, port) in {entry.lower() for entry in settings.OUTBOUND_ALLOW}:
            return addresses
        public = [address for address in addresses if is_public(address)]
        if not public:
            where = _host_port(host, port)
            raise FetchError(_("The address leads into a private network."), permanent=True, detail=where)
        return public


def _host_port(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host.lower()}:{port}"


def _look_up(resolve: Resolver, host: str, port: int, seconds: float) -> list[str]:
    """Look the name up in a thread: the system's resolver takes no timeout."""
    found: list[str] = []
    failure: list[str] = []

    def run() -> None:
        try:
            found.extend(resolve(host, port))
        except (OSError, UnicodeError) as error:
            failure.append(str(error)[:200])

    thread = threading.Thread(target=run, daemon=True, name="resolve")
    thread.start()
    thread.join(seconds)
    if thread.is_alive() or failure or not found:
        raise FetchError(_("The name of the server is not known."), detail=failure[0] if failure else host)
    return found


class _TimedStream(httpcore.NetworkStream):
    """A socket on which no single byte may outlast the exchange's deadline."""

    def __init__(self, inner: httpcore.NetworkStream, backend: VettedBackend) -> None:
        self._inner = inner
        self._backend = backend
        self._clock = backend.clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._backend.has_written = True
        for start in range(0, len(buffer), WRITE_SLICE):
            self._inner.write(buffer[start : start + WRITE_SLICE], self._clock.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._clock.left(CONNECT_SECONDS))
        return _TimedStream(secured, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

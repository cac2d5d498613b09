"""The one way out: an HTTP client that an outsider's address cannot turn against our own network.

Every connection goes through plumbing.vetted; redirects are followed by hand, so that each is vetted again;
time and size have a limit that holds for the whole exchange, compressed or not.
"""

import ssl
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
import httpx
from django.utils.translation import gettext_noop as _

from plumbing.vetted import Deadline, FetchError, Resolver, VettedBackend, system_resolver

USER_AGENT = "Leitstelle (social media monitoring)"
DEADLINE_SECONDS = 20.0
MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 5
CHUNK = 64 * 1024
GZIP_MAGIC = b"\x1f\x8b"
PERMANENT_REDIRECTS = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What may go along to another origin; a token or a signature may not.
HARMLESS_HEADERS = frozenset({"accept", "accept-language", "if-modified-since", "if-none-match"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of any status; `moved_to` is the new address when only permanent redirects led to it."""

    status: int
    url: str
    moved_to: str | None
    headers: httpx.Headers
    body: bytes


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    max_bytes: int = MAX_BYTES,
    deadline: float = DEADLINE_SECONDS,
    max_redirects: int = MAX_REDIRECTS,
    resolve: Resolver = system_resolver,
) -> Fetched:
    """One exchange within `deadline` seconds in all: name lookup, redirects and body included.

    `max_bytes` counts the body as it is after decompression. Only GET and HEAD follow redirects; other
    methods get the redirect as their answer. Raises FetchError, and nothing else, for all the other side does.
    """
    backend = VettedBackend(resolve, Deadline(deadline))
    hops = max_redirects if method in ("GET", "HEAD") else 0
    with httpx.Client(transport=_Transport(backend), trust_env=False, timeout=None) as client:  # noqa: S113
        trip = _Trip(client, method, content, max_bytes)
        try:
            return _follow(trip, url, {key.lower(): value for key, value in (headers or {}).items()}, hops)
        except FetchError as error:
            error.may_have_arrived = backend.has_written
            raise


@dataclass(frozen=True, slots=True)
class _Trip:
    """What stays the same from redirect to redirect."""

    client: httpx.Client
    method: str
    content: bytes | None
    max_bytes: int


def _follow(trip: _Trip, url: str, headers: dict[str, str], hops: int) -> Fetched:
    moved_to, permanently = None, True
    for followed in range(hops + 1):
        asked = _checked_url(url)
        answer, body = _exchange(trip, asked, headers)
        target = answer.headers.get("location")
        if hops == 0 or answer.status_code not in REDIRECTS or not target:
            return Fetched(answer.status_code, str(asked), moved_to, answer.headers, body)
        if followed == hops:
            break
        url = _joined(asked, target)
        permanently = permanently and answer.status_code in PERMANENT_REDIRECTS
        moved_to = url if permanently else moved_to
        if _origin(_checked_url(url)) != _origin(asked):
            headers = {key: value for key, value in headers.items() if key in HARMLESS_HEADERS}
    raise FetchError(_("Too many redirects."), permanent=True)


def _checked_url(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
        port = parsed.port or 80
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise FetchError(_("The address is not a valid URL."), permanent=True) from error
    if parsed.scheme not in ("http", "https"):
        raise FetchError(_("Only http and https addresses are allowed."), permanent=True)
    if not parsed.host or "%" in parsed.host or port > 65535 or parsed.port == 0:
        raise FetchError(_("The address is not a valid URL."), permanent=True)
    if parsed.userinfo:
        raise FetchError(_("An address must not carry a user name or password."), permanent=True)
    return parsed


def _joined(base: httpx.URL, target: str) -> str:
    try:
        return str(base.join(target))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(_("The server redirects to something that is not a URL."), permanent=True) from error


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _exchange(trip: _Trip, url: httpx.URL, headers: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
    own = {"user-agent": USER_AGENT, "accept": "*/*", "accept-encoding": "gzip, deflate"}
    try:
        trip.client.cookies.clear()
        request = trip.client.build_request(trip.method, url, headers=own | dict(headers), content=trip.content)
        answer = trip.client.send(request, stream=True, follow_redirects=False)
        try:
            return answer, _read_body(answer, trip.max_bytes)
        finally:
            answer.close()
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise FetchError(_("The server took too long to answer.")) from error
    except httpcore.ConnectError as error:
        raise FetchError(_("The server could not be reached."), detail=_short(error)) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise FetchError(_("The server broke off its answer."), detail=_short(error)) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpcore.UnsupportedProtocol, ValueError) as error:
        raise FetchError(_("The exchange with the server failed."), detail=_short(error)) from error


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]


def _read_body(answer: httpx.Response, max_bytes: int) -> bytes:
    if answer.request.method == "HEAD" or answer.status_code in REDIRECTS:
        return b""
    announced = answer.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise _too_large(max_bytes)
    unpack = _unpacker(answer.headers.get("content-encoding", ""))
    body = bytearray()
    for piece in unpack(answer.iter_raw(CHUNK)):
        body += piece
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


def _too_large(max_bytes: int) -> FetchError:
    return FetchError(_("The answer is too large."), permanent=True, detail=f"> {max_bytes:,} bytes")


def _unpacker(encoding: str) -> Callable[[Iterable[bytes]], Iterator[bytes]]:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return iter
    if name in ("gzip", "x-gzip"):
        return lambda chunks: _inflate(chunks, 16 + zlib.MAX_WBITS)
    if name == "deflate":
        return lambda chunks: _inflate(chunks, zlib.MAX_WBITS)
    raise FetchError(_("The server sends a compression that was not asked for."), permanent=True, detail=name[:40])


def _inflate(chunks: Iterable[bytes], window: int) -> Iterator[bytes]:
    """Decompress in small pieces, so that a bomb is noticed before it has gone off."""
    stream, started = zlib.decompressobj(window), False
    try:
        for chunk in chunks:
            if not started and chunk and window == zlib.MAX_WBITS and chunk[0] & 0x0F != 8:
                stream = zlib.decompressobj(-zlib.MAX_WBITS)  # some servers send deflate without its header
            started = started or bool(chunk)
            while chunk:
                if stream.eof:
                    if not chunk.startswith(GZIP_MAGIC):
                        return  # garbage behind the end, as gzip itself ignores it
                    stream = zlib.decompressobj(window)
                yield stream.decompress(chunk, CHUNK)
                chunk = stream.unused_data if stream.eof else stream.unconsumed_tail
    except zlib.error as error:
        raise FetchError(_("The answer is broken: it cannot be decompressed.")) from error
    if started and not stream.eof:
        raise FetchError(_("The server broke off its answer."))


class _Transport(httpx.BaseTransport):
    """httpx on a pool that knows only the vetted backend: there is no other socket to fall back to."""

    def __init__(self, backend: VettedBackend) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=_ssl_context(), network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        answer = self._pool.handle_request(
            httpcore.Request(request.method, target, headers=request.headers.raw, content=request.stream)
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer.stream))

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner

    def close(self) -> None:
        self._inner.close()


@cache
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()

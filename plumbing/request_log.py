"""Gives every request an id, says what became of it, and how long that took."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

log = logging.getLogger("requests")
HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
NOWHERE = "(no such address)"
ASKED_BY_MACHINES = {"healthz", "readyz", "metrics"}
SECONDS = Histogram(
    "leitstelle_request_duration_seconds",
    "How long this web process took to answer, by the name of the address",
    ["method", "address", "status"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestLog:
    """Outermost of the middleware. A proxy's X-Request-ID is taken over, so that its log and ours name the same."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clear_contextvars()
        given = request.headers.get(HEADER, "")
        bind_contextvars(request_id=given if GIVEN.fullmatch(given) else uuid.uuid4().hex)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers[HEADER] = request_id()
            tell(request, response, time.perf_counter() - started)
        finally:
            clear_contextvars()
        return response


def request_id() -> str:
    """Of the request that this thread answers; empty outside of one."""
    return str(get_contextvars().get("request_id", ""))


def tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """One line and one observation. Asking whether we live is told only when the answer is no."""
    method = request.method if request.method in METHODS else "OTHER"
    SECONDS.labels(method, name_of(request), f"{response.status_code // 100}xx").observe(seconds)
    expected = response.status_code < 400 and request.path.strip("/") in ASKED_BY_MACHINES
    if settings.LOG_REQUESTS and not expected:
        extra = {"status": response.status_code, "ms": round(seconds * 1000)}
        log.info("%s %s", method, address_of(request), extra=extra)


def name_of(request: HttpRequest) -> str:
    """Such as triage:mention: few enough to count by."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else NOWHERE


def address_of(request: HttpRequest) -> str:
    """The path where it holds nothing but numbers, else its pattern: words in addresses may be tokens or names.

    Never the query: people search for names.
    """
    match = request.resolver_match
    if match is None:
        return NOWHERE
    plain = not match.args and all(isinstance(value, int) for value in match.kwargs.values())
    return request.path if plain else f"/{match.route}"

"""How often somebody may call in a minute, counted in PostgreSQL: it holds across processes and hosts."""

from ipaddress import ip_address, ip_network
from math import ceil

from django.conf import settings
from django.db import connection
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.models import ApiToken, CallCount

ANONYMOUS = "anonymous"
IPV6_NEIGHBOURS = 64  # one customer of a provider holds all addresses with the same first 64 bits

# One statement, so that two processes cannot both read the same count. A minute's end starts the count anew.
COUNT = """
    INSERT INTO accounts_callcount AS known (caller, minute, calls) VALUES (%s, date_trunc('minute', now()), 1)
    ON CONFLICT (caller) DO UPDATE SET
        calls = CASE WHEN known.minute = excluded.minute THEN known.calls + 1 ELSE 1 END,
        minute = excluded.minute
    RETURNING calls, extract(epoch FROM minute + interval '1 minute' - now())
"""
COUNTED = """
    SELECT coalesce(sum(calls), 0), extract(epoch FROM date_trunc('minute', now()) + interval '1 minute' - now())
    FROM accounts_callcount WHERE caller = %s AND minute = date_trunc('minute', now())
"""


class CallsPerMinute(BaseThrottle):
    """Each token (or person, or visitor's address) has one count per kind of call: `view.rate_by_method`."""

    def allow_request(self, request: Request, view) -> bool:
        kind = view.rate_of(request)
        calls, self.seconds_left = count(f"{kind} {caller_of(request)}")
        return calls <= settings.API_CALLS_PER_MINUTE[kind]

    def wait(self) -> float:
        return ceil(self.seconds_left)


def count(caller: str) -> tuple[int, float]:
    """Counts one call of `caller`: how many there were in this minute, and the seconds left of it."""
    calls, seconds = _ask(COUNT, caller)
    if calls == 1:
        CallCount.objects.forget_old()
    return calls, seconds


def counted(caller: str) -> tuple[int, float]:
    """As `count()`, but this call is not one of them."""
    return _ask(COUNTED, caller)


def _ask(statement: str, caller: str) -> tuple[int, float]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [caller])
        calls, seconds = cursor.fetchone()
    return calls, float(seconds)


def caller_of(request: Request) -> str:
    if isinstance(request.auth, ApiToken):
        return f"token {request.auth.pk}"
    if request.user.is_authenticated:
        return f"person {request.user.pk}"
    return f"address {neighbourhood(request.META.get('REMOTE_ADDR', ''))}"


def neighbourhood(address: str) -> str:
    """The address as we count it; an IPv6 address together with all that the same caller has for the taking."""
    try:
        known = ip_address(address)
    except ValueError:
        return "unknown"
    return str(known if known.version == 4 else ip_network((known, IPV6_NEIGHBOURS), strict=False))

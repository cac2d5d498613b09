"""How long posting waits for what, in seconds. ENGINE_SPEED divides all of it but the undo; in earnest it is 1."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Expression
from django.db.models.functions import Now

SPEED: float = settings.ENGINE_SPEED

UNDO = 10.0  # a person's time: nothing divides it
SEND_IN_ALL = 10 / SPEED
LEASE = 3 * SEND_IN_ALL
SEND_IN_ONE_GO = 20 / SPEED
RETRY_DELAYS = (5, 15, 45, 120, 300)
TRIES = 8  # about a quarter of an hour, then a person is told
JITTER = 0.2


def after(seconds: float) -> Expression:
    """So many seconds from now, by the database's clock."""
    return Now() + timedelta(seconds=seconds)


def pause_after(attempt: int, jitter: float, retry_after: float | None) -> float:
    """Seconds until the next try after attempt number `attempt` (from 1); `jitter` lies between -1 and 1."""
    delay = RETRY_DELAYS[min(attempt, len(RETRY_DELAYS)) - 1] * (1 + JITTER * jitter)
    return max(delay, retry_after or 0.0) / SPEED

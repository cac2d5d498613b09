"""Waiting for what another process does, without a fixed sleep."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 90  # seconds: what works comes at once, on a busy machine later; only what is broken takes so long


def until(look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """What `look()` returns, as soon as that is true; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)
    return seen

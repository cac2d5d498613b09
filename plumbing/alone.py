"""Lets one thread of a process do a kind of work; the others find it taken and leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


@contextmanager
def alone(lock: Lock) -> Iterator[bool]:
    """Whether this thread is the only one of its process here; it never waits."""
    is_alone = lock.acquire(blocking=False)
    try:
        yield is_alone
    finally:
        if is_alone:
            lock.release()

"""Threads that empty an outbox: as many as there is work and places for, so that what hangs holds nothing else up."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

Claim = TypeVar("Claim")
log = logging.getLogger(__name__)


class Crew:
    """The threads of this process for one kind of work; the database tells them apart from those of other processes."""

    def __init__(self, name: str, most: int) -> None:
        self.name = name
        self.most = most
        self.places = threading.BoundedSemaphore(most)

    def start(self, work: Callable[[], object], count: int) -> list[threading.Thread]:
        """Starts `count` threads at most; none when all places are taken already."""
        threads = []
        for _each in range(min(count, self.most)):
            if not self.places.acquire(blocking=False):
                break
            thread = threading.Thread(target=self._run, args=[work], name=self.name)
            threads.append(thread)
            thread.start()
        return threads

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            log.exception("%s stopped; the next sweep starts it again", self.name)
        finally:
            connection.close()
            self.places.release()


def work_off(claim_next: Callable[[], Claim | None], act: Callable[[Claim], object], seconds: float) -> int:
    """Claims one and acts on it until nothing is due, the time is up or the process ends; returns how often."""
    deadline, done = time.monotonic() + seconds, 0
    while time.monotonic() < deadline and threading.main_thread().is_alive():
        claim = claim_next()
        if claim is None:
            break
        act(claim)
        done += 1
    return done

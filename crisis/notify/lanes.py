"""Empties the outbox lane by lane: each kind of notifier has threads of its own, so that a mail server that hangs
holds up mails and nothing else."""

import logging
import threading
import time
from collections.abc import Mapping

from django.db import connection

from crisis.notifiers.protocol import NotifierError
from crisis.notifiers.registry import NOTIFIERS
from crisis.notify import outcomes
from crisis.notify.claims import Claim, claim_next, settle, waiting
from crisis.notify.messages import compose
from crisis.tempo import DELIVER_IN_ONE_GO

log = logging.getLogger(__name__)
THREADS_PER_LANE = 4
PLACES: Mapping[str, threading.BoundedSemaphore] = {
    lane: threading.BoundedSemaphore(THREADS_PER_LANE) for lane in NOTIFIERS
}


def deliver_due(*, wait: bool = True) -> None:
    """Sends what is due until nothing is, for some seconds at most; any number of processes may do so at once.

    With `wait=False` it returns while the lanes' threads still send.
    """
    settle()
    threads = [thread for lane, count in waiting().items() if lane in NOTIFIERS for thread in serve(lane, count)]
    if wait:
        for thread in threads:
            thread.join()


def deliver_lane(lane: str) -> int:
    """Sends what is due in one lane, in this thread; returns how many attempts it made."""
    deadline, attempts = time.monotonic() + DELIVER_IN_ONE_GO, 0
    while time.monotonic() < deadline and threading.main_thread().is_alive():
        claim = claim_next(lane)
        if claim is None:
            break
        send(claim)
        attempts += 1
    return attempts


def send(claim: Claim) -> None:
    """One attempt. What it means is stored by whoever still holds the lease."""
    notification = claim.load()
    try:
        message = compose(notification)
    except Exception as error:
        log.exception("notification %s could not be put into words", notification.pk)
        failure = NotifierError(type(error).__name__)
        outcomes.keep(lambda: outcomes.failed(claim, notification, failure))
        return
    try:
        way = notification.contact_method
        receipt = NOTIFIERS[notification.lane].send(way.destination, message, way.signing_secrets)
    except NotifierError as error:
        log.info("page %s by %s: %s", notification.page_id, notification.lane, error.detail)
        failure = error
        outcomes.keep(lambda: outcomes.failed(claim, notification, failure))
    except Exception as error:
        log.exception("page %s by %s: the notifier broke", notification.page_id, notification.lane)
        failure = NotifierError(type(error).__name__, unknown=True)
        outcomes.keep(lambda: outcomes.failed(claim, notification, failure))
    else:
        outcomes.keep(lambda: outcomes.accepted(claim, notification, receipt))


def serve(lane: str, count: int) -> list[threading.Thread]:
    """Starts as many threads as there is work for and places are left; none when the lane is busy already."""
    threads = []
    for _each in range(min(count, THREADS_PER_LANE)):
        if not PLACES[lane].acquire(blocking=False):
            break
        thread = threading.Thread(target=run, args=[lane], name=f"lane-{lane}")
        threads.append(thread)
        thread.start()
    return threads


def run(lane: str) -> None:
    try:
        deliver_lane(lane)
    except Exception:
        log.exception("lane %s stopped; the next sweep starts it again", lane)
    finally:
        connection.close()
        PLACES[lane].release()

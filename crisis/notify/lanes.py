"""Empties the outbox lane by lane: each kind of notifier has threads of its own, so that a mail server that hangs
holds up mails and nothing else."""

import logging
from collections.abc import Mapping
from functools import partial
from threading import Thread

from crisis.notifiers.protocol import NotifierError
from crisis.notifiers.registry import NOTIFIERS
from crisis.notify import outcomes
from crisis.notify.claims import Claim, claim_next, settle, waiting
from crisis.notify.messages import compose
from crisis.tempo import DELIVER_IN_ONE_GO
from plumbing.crew import Crew, work_off

log = logging.getLogger(__name__)
THREADS_PER_LANE = 4
CREWS: Mapping[str, Crew] = {lane: Crew(f"lane-{lane}", THREADS_PER_LANE) for lane in NOTIFIERS}


def deliver_due(*, wait: bool = True) -> None:
    """Sends what is due until nothing is, for some seconds at most; any number of processes may do so at once.

    With `wait=False` it returns while the lanes' threads still send.
    """
    settle()
    threads: list[Thread] = []
    for lane, count in waiting().items():
        if lane in CREWS:
            threads += CREWS[lane].start(partial(deliver_lane, lane), count)
    if wait:
        for thread in threads:
            thread.join()


def deliver_lane(lane: str) -> int:
    """Sends what is due in one lane, in this thread; returns how many attempts it made."""
    return work_off(partial(claim_next, lane), send, DELIVER_IN_ONE_GO)


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

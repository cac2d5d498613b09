"""The worker's entries into suggestions."""

from threading import Lock

from celery import shared_task

from plumbing.alone import alone
from triage.check_job import start_check_if_due
from triage.suggest import suggest_new

BATCH = 100
MOST_BATCHES = 50
SUGGESTING = Lock()  # a worker's threads also page people: suggesting takes one of them at a time


@shared_task(name="triage.tasks.suggest_mentions")
def suggest_mentions() -> None:
    """Each batch is a transaction of its own; what is left after many of them is the next sweep's."""
    with alone(SUGGESTING) as is_alone:
        for _ in range(MOST_BATCHES if is_alone else 0):
            if suggest_new(BATCH) < BATCH:
                return


@shared_task(name="triage.tasks.check_suggestions")
def check_suggestions() -> None:
    start_check_if_due()

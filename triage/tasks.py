"""The worker's entry into suggestions."""

from celery import shared_task

from triage.suggest import suggest_new

BATCH = 100


@shared_task(name="triage.tasks.suggest_mentions")
def suggest_mentions() -> None:
    """Until nothing new is left; each batch is a transaction of its own."""
    while suggest_new(BATCH) == BATCH:
        pass

"""The worker's entry into long work."""

from threading import Lock

from celery import shared_task

from plumbing.alone import alone
from plumbing.jobs import run_jobs

WORKING = Lock()  # a worker's threads also page people: long work takes one of them at a time
SECONDS = 20.0


@shared_task(name="plumbing.tasks.run_jobs")
def work_on_jobs() -> None:
    """What is not done within the time is the next sweep's."""
    with alone(WORKING) as is_alone:
        if is_alone:
            run_jobs(SECONDS)

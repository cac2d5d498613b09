"""The pager's two sweeps as Celery tasks, and their heartbeats."""

from celery import shared_task

from crisis import notify
from crisis.engine_health import Part, beat
from crisis.escalate import advance
from crisis.escalate import advance_due as fire_due_steps


@shared_task
def advance_due() -> None:
    while fire_due_steps() == advance.BATCH:
        pass
    beat(Part.ADVANCE)


@shared_task
def deliver_due() -> None:
    """Returns while the lanes still send: a mail server that hangs must not hold a worker's place."""
    notify.deliver_due(wait=False)
    beat(Part.DELIVER)

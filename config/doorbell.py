"""The worker's ear on PostgreSQL: a NOTIFY on commit becomes a Celery task within milliseconds.

A lost nudge costs seconds and no more, because the beat calls the same sweeps.
"""

import logging
import threading
import time
from collections.abc import Mapping

from celery import bootsteps

from plumbing.nudge import listen

log = logging.getLogger(__name__)
PAUSE_AFTER_ERROR = 2.0  # seconds


class Doorbell(bootsteps.StartStopStep):
    """A worker component: one thread that listens, and sends the task a nudge stands for."""

    table: Mapping[str, str] = {}

    @classmethod
    def with_table(cls, table: Mapping[str, str]) -> type["Doorbell"]:
        return type("Doorbell", (cls,), {"table": dict(table), "__module__": __name__})

    def __init__(self, parent, **options):
        super().__init__(parent, **options)
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self, parent) -> None:
        self.thread = threading.Thread(target=self.run, args=(parent.app,), name="doorbell", daemon=True)
        self.thread.start()

    def stop(self, parent) -> None:
        self.stopping.set()

    terminate = stop

    def run(self, app) -> None:
        while not self.stopping.is_set():
            try:
                for names in listen(self.stopping):
                    self.wake(app, names)
            except Exception as error:
                log.warning("doorbell: %s; listening again in %g s", error, PAUSE_AFTER_ERROR)
                time.sleep(PAUSE_AFTER_ERROR)

    def wake(self, app, names: set[str]) -> None:
        """Sends one task per distinct nudge. A broker that is away is the beat's and the nightwatch's business."""
        for task in {self.table[name] for name in names if name in self.table}:
            try:
                app.send_task(task, expires=5, retry=False)
            except Exception as error:
                log.warning("doorbell: %s not sent, the broker is away (%s)", task, error)

"""Worker and beat in one process: the beat alone would take 75 MB, and does nothing without a worker.

`celery worker --beat` would not do: it gives the beat a process of its own, which Celery's in-memory transport, where
there is no Redis, does not reach.
"""

import sys

from celery.beat import EmbeddedService

from config.celery import app


def main(schedule: str, *worker: str) -> None:
    beat = EmbeddedService(app, thread=True, schedule_filename=schedule)
    beat.start()
    try:
        app.worker_main(worker)
    finally:
        beat.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])

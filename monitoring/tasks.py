"""Shells around one verb each; every one is a sweep, so that running it twice, late or not at all loses nothing.

A worker's threads also page people: polling and reading take one of them at a time, however slow a server is and
however many mentions wait. Who finds the other one busy leaves; the next sweep is seconds away.
"""

from datetime import timedelta
from threading import Lock

from celery import shared_task
from django.db.models.functions import Now

from monitoring import outbound
from monitoring.models import RawDelivery
from monitoring.polling import poll_due
from monitoring.pushed import read_pushed
from monitoring.readings import BATCH, read_due
from plumbing.alone import alone

KEPT = timedelta(days=30)
MOST_BATCHES = 25
PURGED_AT_ONCE = 1_000
MOST_DELIVERIES = 500
POLLING, DELIVERIES, READING = Lock(), Lock(), Lock()


@shared_task
def poll_channels() -> None:
    with alone(POLLING) as is_alone:
        if is_alone:
            poll_due()


@shared_task
def read_deliveries() -> None:
    with alone(DELIVERIES) as is_alone:
        for _ in range(MOST_DELIVERIES if is_alone else 0):
            if not read_pushed():
                return


@shared_task
def read_mentions() -> None:
    with alone(READING) as is_alone:
        for _ in range(MOST_BATCHES if is_alone else 0):
            if read_due(BATCH) < BATCH:
                return


@shared_task
def send_due() -> None:
    """Returns while its threads still send: a receiver that hangs must not hold a worker's place."""
    outbound.send_due(wait=False)


@shared_task
def purge_raw_deliveries() -> None:
    """Deletes what is older than 30 days, in small pieces."""
    old = RawDelivery.objects.filter(received_at__lt=Now() - KEPT).order_by("received_at").values("pk")
    while RawDelivery.objects.filter(pk__in=old[:PURGED_AT_ONCE]).delete()[0]:
        pass

"""Shells around one verb each; every one is a sweep, so that running it twice, late or not at all loses nothing."""

from datetime import timedelta

from celery import shared_task
from django.db.models.functions import Now

from monitoring.models import RawDelivery
from monitoring.polling import poll_due
from monitoring.readings import BATCH, read_due

KEPT = timedelta(days=30)
MOST_BATCHES = 25
PURGED_AT_ONCE = 1_000


@shared_task
def poll_channels() -> None:
    poll_due()


@shared_task
def read_mentions() -> None:
    for _ in range(MOST_BATCHES):
        if read_due(BATCH) < BATCH:
            return


@shared_task
def purge_raw_deliveries() -> None:
    """Deletes what is older than 30 days, in small pieces."""
    old = RawDelivery.objects.filter(received_at__lt=Now() - KEPT).order_by("received_at").values("pk")
    while RawDelivery.objects.filter(pk__in=old[:PURGED_AT_ONCE]).delete()[0]:
        pass

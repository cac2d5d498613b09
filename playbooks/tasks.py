"""The worker's entries into what was agreed."""

from celery import shared_task
from django.utils import timezone

from playbooks.public_holidays import renew


@shared_task(name="playbooks.tasks.renew_holidays")
def renew_holidays() -> None:
    """Looks public holidays up before they run out."""
    renew(timezone.localdate())

"""The mails about signing in, as a Celery task."""

from celery import shared_task

from accounts import mails


@shared_task
def send_sign_in_mails() -> None:
    while mails.send_due() == mails.MOST:
        pass

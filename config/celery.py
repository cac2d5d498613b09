"""The Celery app, its beat schedule, and the one table that says which task a nudge wakes.

Every task is a sweep over rows that are due: running one twice, late or not at all loses nothing, so tasks carry no
result, are never retried, and expire when nobody picked them up in time.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_prerun
from django.conf import settings
from structlog.contextvars import bind_contextvars, clear_contextvars

from config.doorbell import Doorbell

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks load every page there is: `manage.py migrate` has made them, and the beat stays 25 MB smaller.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

NUDGES = {
    "deliveries.stored": "monitoring.tasks.read_deliveries",
    "mentions.stored": "monitoring.tasks.read_mentions",
    "outbound.due": "monitoring.tasks.send_due",
    "readings.stored": "triage.tasks.suggest_mentions",
    "escalations.due": "crisis.tasks.advance_due",
    "notifications.due": "crisis.tasks.deliver_due",
    "sign-in-mails.stored": "accounts.tasks.send_sign_in_mails",
    "jobs.waiting": "plumbing.tasks.run_jobs",
}

SWEEPS = {  # task: seconds between two calls
    "crisis.tasks.advance_due": 1,
    "crisis.tasks.deliver_due": 1,
    "monitoring.tasks.send_due": 1,
    "monitoring.tasks.read_deliveries": 2,
    "monitoring.tasks.read_mentions": 2,
    "triage.tasks.suggest_mentions": 2,
    "monitoring.tasks.poll_channels": 5,
    "plumbing.tasks.run_jobs": 5,
    "accounts.tasks.send_sign_in_mails": 30,
    "monitoring.tasks.purge_raw_deliveries": 3600,
    "triage.tasks.check_suggestions": 3600,
    "playbooks.tasks.renew_holidays": 86400,
}

app = Celery("leitstelle")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 2, "visibility_timeout": 3600},
    task_ignore_result=True,
    task_default_queue="leitstelle",
    task_routes={"crisis.tasks.*": {"queue": "engine"}},
    worker_prefetch_multiplier=1,
    worker_redirect_stdouts=False,
    timezone="UTC",
    beat_schedule={
        task: {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 5)}}
        for task, seconds in SWEEPS.items()
    },
)
app.autodiscover_tasks(["triage", "crisis", "playbooks", "monitoring", "accounts", "plumbing"])
app.steps["worker"].add(Doorbell.with_table(NUDGES))


@setup_logging.connect
def leave_the_logs_as_they_are(**_: Any) -> None:
    """Celery sets up logs of its own unless somebody listens here."""


@task_prerun.connect
def name_the_task_in_logs(task_id: str, task: Any, **_: Any) -> None:
    clear_contextvars()
    bind_contextvars(task_id=task_id, task=task.name)

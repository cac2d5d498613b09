"""Long work with progress: rows that any worker takes up, step by step, and goes on with after another one died.

A step is short and says where the next one begins. It may run twice, when a worker dies between the work and the
note of it: a step that writes must do so once per fact.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils.functional import Promise
from django.utils.translation import gettext_noop

from plumbing.crew import work_off
from plumbing.models import Job
from plumbing.nudge import nudge

log = logging.getLogger(__name__)
State = Job.State

DOORBELL = "jobs.waiting"
LEASE = timedelta(seconds=60)  # longer than any step; a step that takes longer is done twice
SLICE = 5.0  # seconds until a job lets others go first
MOST_TRIES = 5  # workers that may die over one step

GAVE_UP = gettext_noop("It was begun several times, and each time the worker died over it.")
UNEXPECTED = gettext_noop("It stopped with an error that nobody foresaw; the log of the server tells more.")
UNKNOWN_KIND = gettext_noop("This version of the console cannot do this kind of work.")


class JobError(Exception):
    """Why a job cannot go on: an English sentence, marked with gettext_noop."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step came to: where the next one begins (JSON), units done in all, and of how many (None: unknown).

    With a `result` (JSON) the job is done.
    """

    checkpoint: Mapping[str, Any]
    done: int
    total: int | None = None
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of long work. `take` does the next step of a job; `ended` hears of its end, in the same transaction.

    `title` names it to people; `address` is the name of the page of a finished one, filled with its id.
    """

    name: str
    title: str | Promise
    take: Callable[[Job], Step]
    address: str
    ended: Callable[[Job], object] = lambda job: None


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def start_job(kind: str, parameters: Mapping[str, Any], *, by: AbstractUser | None) -> Job:
    """Asks for long work; a worker takes it up as soon as the transaction commits."""
    job = Job.objects.create(kind=KINDS[kind].name, parameters=dict(parameters), started_by_id=by.pk if by else None)
    nudge(DOORBELL)
    return job


def cancel_job(job_id: int) -> bool:
    """False if it had ended. Whoever works on it notices with the step at hand, and forgets that one."""
    return bool(Job.objects.filter(pk=job_id, state__in=Job.OPEN).update(state=State.CANCELLED, ended_at=Now()))


def run_jobs(seconds: float) -> int:
    """Works on what is free until nothing is or the time is up, in turns; returns how many turns there were."""
    return work_off(claim_next, lambda job: take_turn(job, SLICE), seconds)


@transaction.atomic
def claim_next() -> Job | None:
    """The job that waits longest, for LEASE; by the database's clock."""
    job = Job.objects.free().order_by("free_at").select_for_update(skip_locked=True).first()
    if job is None:
        return None
    token = uuid4()
    Job.objects.filter(pk=job.pk).update(
        state=State.RUNNING,
        lease_token=token,
        free_at=Now() + LEASE,
        tries=F("tries") + 1,
        begun_at=Coalesce("begun_at", Now()),
    )
    job.refresh_from_db()
    return job


def take_turn(job: Job, seconds: float) -> None:
    """Step after step, for so long; then the job is let go, so that the next one in line has its turn."""
    until = time.monotonic() + seconds
    try:
        while _take_step(job):
            if time.monotonic() >= until:
                _let_go(job)
                return
    except (OperationalError, InterfaceError):
        log.warning("Job %s lost the database; it goes on when its lease is over", job.pk)
    except JobError as error:
        _fail(job, str(error))
    except Exception:
        log.exception("Job %s failed", job.pk)
        _fail(job, UNEXPECTED)


def _take_step(job: Job) -> bool:
    """Whether there is more to do, and it is still ours."""
    kind = KINDS.get(job.kind)
    if kind is None:
        raise JobError(UNKNOWN_KIND)
    if job.tries > MOST_TRIES:
        raise JobError(GAVE_UP)
    step = kind.take(job)
    if step.result is not None:
        _end(job, State.DONE, done=step.done, total=step.total, result=step.result)
        return False
    job.checkpoint, job.done, job.total, job.tries = dict(step.checkpoint), step.done, step.total, 0
    fields = {"checkpoint": job.checkpoint, "done": job.done, "total": job.total, "tries": 0}
    return _ours(job).update(**fields, free_at=Now() + LEASE) == 1


def _let_go(job: Job) -> None:
    _ours(job).update(free_at=Now(), lease_token=None)
    nudge(DOORBELL)


def _fail(job: Job, error: str) -> None:
    _end(job, State.FAILED, error=error)


@transaction.atomic
def _end(job: Job, state: str, **fields: Any) -> None:
    if _ours(job).update(state=state, ended_at=Now(), checkpoint={}, **fields):
        job.refresh_from_db()
        if job.kind in KINDS:
            KINDS[job.kind].ended(job)


def _ours(job: Job) -> Any:
    """The row, while it is in our hands and nobody cancelled it."""
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, lease_token=job.lease_token)

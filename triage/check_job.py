"""The check of suggestions as long work: once a day by itself, over the newest; or all of them when a person asks."""

from datetime import timedelta

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from accounts.models import User
from plumbing.jobs import Kind, Step, start_job
from plumbing.models import Job
from triage.job_bell import ring_the_bell
from triage.models import Suggestion
from triage.recompute import CheckReport, check_batch

CHECK = "check-suggestions"
TITLE = gettext_lazy("Check of the suggestions")
DAILY = 20_000  # the newest suggestions
EVERY = timedelta(hours=24)
MOST = 1_000_000


def start_check(*, by: User | None, last: int = MOST) -> Job:
    return start_job(CHECK, {"last": last}, by=by)


def start_check_if_due() -> bool:
    """Whether the last one began long enough ago; by the database's clock."""
    if Job.objects.filter(kind=CHECK, created_at__gt=Now() - EVERY).exists():
        return False
    start_check(by=None, last=DAILY)
    return True


def last_check() -> Job | None:
    """The newest one that is done."""
    return Job.objects.filter(kind=CHECK, state=Job.State.DONE).order_by("-pk").first()


def report_of(job: Job) -> CheckReport:
    """Of one that is done."""
    assert job.result is not None
    return CheckReport.from_json(job.result)


def take_step(job: Job) -> Step:
    last = job.parameters["last"]
    report = CheckReport.from_json(job.checkpoint["report"]) if job.checkpoint else CheckReport()
    total = job.total if job.checkpoint else Suggestion.objects.all()[:last].count()
    below = check_batch(report, job.checkpoint.get("below"), last=last, with_drift=True)
    kept = report.to_json()
    return Step({"below": below, "report": kept}, report.looked_at, total, kept if below is None else None)


KIND = Kind(CHECK, TITLE, take_step, "triage:check-report", ring_the_bell)

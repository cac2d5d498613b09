"""The page of a job: how far it is, what came of it, and the way to stop it. It belongs to whoever started it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from plumbing.jobs import KINDS, cancel_job
from plumbing.models import Job
from plumbing.whole_number import whole_number

QUARTER = 25  # percent between two announcements


@require_safe
@never_cache
@vary_on_headers("HX-Request")
def show_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """`/jobs/7/?said=50`: the page; for htmx what moves, which speaks up once it is past the next quarter."""
    job = get_object_or_404(Job, pk=job_id, started_by=request.user)
    whole = not request.htmx or request.htmx.history_restore_request
    said = whole_number(request.GET.get("said", "")) or 0
    return render(request, "plumbing/job.html" if whole else "plumbing/_job_moved.html", job_screen(job, said))


@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=job_id, started_by=request.user)
    if cancel_job(job.pk):
        messages.success(request, _("Cancelled."))
    else:
        messages.info(request, _("It had ended already."))
    return redirect("job", job.pk)


def job_screen(job: Job, said: int = 0) -> dict[str, object]:
    """What `plumbing/_job.html` needs; `says` is the quarter to be announced, None between two of them."""
    kind, now = KINDS.get(job.kind), timezone.now()
    quarter = job.percent - job.percent % QUARTER
    return {
        "job": job,
        "title": kind.title if kind else job.kind,
        "result_url": reverse(kind.address, args=[job.pk]) if kind and job.state == Job.State.DONE else "",
        "pace": job.pace(now),
        "time_left": job.time_left(now),
        "error": _(job.error) if job.error else "",
        "said": max(said, quarter),
        "says": quarter if quarter > said else None,
    }

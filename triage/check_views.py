"""The page of the versioned check: what the last one found, and the way to begin one."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from playbooks.vocabulary import label_of
from plumbing.models import Job
from triage.check_job import CHECK, last_check, report_of, start_check
from triage.models import Triage
from triage.recompute import LOST_VERSION, CheckReport, Difference
from triage.replay_views import may_start, may_view

PARTS = {
    LOST_VERSION: _("a version it was made with is gone"),
    "path": _("the path"),
    "disposition": _("disposition"),
    "outcome": _("outcome"),
    "open_question": _("open question"),
    "to_confirm": _("risks to confirm"),
    "severity": _("severity"),
}


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One difference; `is_visible`: the reader may open the mention."""

    mention_id: int
    is_visible: bool
    part: str
    stored: str
    recomputed: str


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_view
def check(request: HttpRequest, job_id: int | None = None) -> HttpResponse:
    """`/playbooks/check/`: the newest report; with a job's id that one's."""
    if request.method == "POST":
        return begin(request)
    job = last_check() if job_id is None else get_object_or_404(Job, pk=job_id, kind=CHECK, state=Job.State.DONE)
    report = report_of(job) if job else None
    context = {
        "job": job,
        "report": report,
        "faults": list(rows_of(report, request.user)) if report else [],
        "drift": [(capfirst(label_of(key)), count) for key, count in report.drift.most_common()] if report else [],
    }
    return render(request, "triage/check.html", context)


@may_start
def begin(request: HttpRequest) -> HttpResponse:
    return redirect("job", start_check(by=request.user).pk)


def rows_of(report: CheckReport, reader: User) -> Iterator[FaultRow]:
    mentions = [fault.mention_id for fault in report.faults]
    visible = set(Triage.objects.visible_to(reader).filter(pk__in=mentions).values_list("pk", flat=True))
    for fault in report.faults:
        for one in fault.differences:
            stored, recomputed = in_words(one)
            part = str(PARTS.get(one.part, one.part))
            yield FaultRow(fault.mention_id, fault.mention_id in visible, part, stored, recomputed)


def in_words(one: Difference) -> tuple[str, str]:
    """A path by its steps; everything else as it is kept."""
    if one.part == "path":
        return _steps(one.stored), _steps(one.recomputed)
    return _plain(one.stored), _plain(one.recomputed)


def _plain(side: object) -> str:
    return ", ".join(side) if isinstance(side, list) else str(side)


def _steps(path: dict) -> str:
    return " → ".join(f"{step['node']}: {step.get('answer') or '–'}" for step in path.get("steps", ()))

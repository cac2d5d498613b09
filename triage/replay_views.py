"""Pages of replays: asking for one, and the report of what a version would change."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from playbooks.content import ContentError
from playbooks.models import PlaybookVersion
from plumbing.jobs import Job
from triage.change_report import ChangeReport
from triage.replay import Selection, channels_of
from triage.replay_forms import ReplayForm, version_name
from triage.replay_job import REPLAY, has_changed_since, start_replay
from triage.replay_screen import report_screen

RECENT = 12
may_view = permission_required("playbooks.view_playbook", raise_exception=True)
may_start = permission_required("playbooks.publish_playbookversion", raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_view
def replays(request: HttpRequest) -> HttpResponse:
    """`/playbooks/replay/?version=7`: the form, and the newest replays."""
    if request.method == "POST":
        return start(request)
    form = ReplayForm(initial={"version": request.GET.get("version", "")})
    return render(request, "triage/replays.html", {"form": form, "recent": recent()})


@may_start
def start(request: HttpRequest) -> HttpResponse:
    form = ReplayForm(request.POST)
    if form.is_valid():
        version = PlaybookVersion.objects.get(pk=form.cleaned_data["version"])
        selection = form.selection(channels_of(request.user))
        try:
            job = start_replay(version, selection, by=request.user, as_start=form.cleaned_data["as_start"])
        except ContentError as error:
            form.add_error("version", str(error))
        else:
            return redirect("job", job.pk)
    return render(request, "triage/replays.html", {"form": form, "recent": recent()}, status=422)


@require_safe
@never_cache
@may_view
def report(request: HttpRequest, job_id: int) -> HttpResponse:
    """For everyone who may see playbooks; samples only of what this reader may see."""
    job = get_object_or_404(Job.objects.select_related("started_by"), pk=job_id, kind=REPLAY)
    version = PlaybookVersion.objects.select_related("playbook").filter(pk=job.parameters["version"]).first()
    context = {
        "job": job,
        "version": version,
        "version_name": version_name(version) if version else "",
        "is_outdated": bool(version and has_changed_since(job, version)),
        "selection": Selection.from_json(job.parameters["selection"]),
        "screen": report_screen(job, request.user) if job.state == Job.State.DONE else None,
    }
    return render(request, "triage/replay_report.html", context)


def recent() -> list[tuple[Job, str, ChangeReport | None]]:
    """The newest replays: the job, the name of its version, and its report once it is done."""
    jobs = list(
        Job.objects.filter(kind=REPLAY).select_related("started_by").defer("checkpoint").order_by("-pk")[:RECENT]
    )
    versions = PlaybookVersion.objects.select_related("playbook").in_bulk([job.parameters["version"] for job in jobs])
    return [
        (
            job,
            version_name(versions[job.parameters["version"]]) if job.parameters["version"] in versions else "",
            ChangeReport.from_json(job.result) if job.result else None,
        )
        for job in jobs
    ]

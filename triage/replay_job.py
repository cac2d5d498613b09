"""A replay as long work: what it was asked for is frozen when it starts, each step is one batch."""

from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from playbooks.content import ContentError
from playbooks.current import published
from playbooks.models import PlaybookVersion
from plumbing.jobs import JobError, Kind, Step, start_job
from plumbing.models import Job
from triage.change_report import ChangeReport
from triage.job_bell import ring_the_bell
from triage.replay import Comparison, Selection, bounded, compare_text, replay_batch, total_of

REPLAY = "replay"
TITLE = gettext_lazy("Replay")
UNREADABLE = gettext_noop("The version cannot be read as a playbook.")


def start_replay(version: PlaybookVersion, selection: Selection, *, by: User, as_start: bool = False) -> Job:
    """Freezes the version's text and what is in force. Raises ContentError if the text cannot be read."""
    in_force = dict(published().ids)
    compare_text(version.content, version.pk, in_force, as_start=as_start)
    parameters = {
        "version": version.pk,
        "content": version.content,
        "in_force": in_force,
        "as_start": as_start,
        "selection": bounded(selection).to_json(),
    }
    return start_job(REPLAY, parameters, by=by)


def comparison_of(job: Job) -> Comparison:
    asked = job.parameters
    return compare_text(asked["content"], asked["version"], asked["in_force"], as_start=asked["as_start"])


def has_changed_since(job: Job, version: PlaybookVersion) -> bool:
    """Whether the draft was edited after the replay read it."""
    return sha256(version.content.encode()).digest() != sha256(job.parameters["content"].encode()).digest()


def take_step(job: Job) -> Step:
    selection = Selection.from_json(job.parameters["selection"])
    report = ChangeReport.from_json(job.checkpoint["report"]) if job.checkpoint else ChangeReport()
    total = job.total if job.checkpoint else total_of(selection)
    try:
        below = replay_batch(selection, comparison_of(job), report, job.checkpoint.get("below"))
    except ContentError as error:
        raise JobError(UNREADABLE) from error
    kept: dict[str, Any] = report.to_json()
    return Step({"below": below, "report": kept}, report.looked_at, total, kept if below is None else None)


KIND = Kind(REPLAY, TITLE, take_step, "triage:replay-report", ring_the_bell)

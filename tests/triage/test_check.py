"""The check of suggestions: by itself once a day, on a page, in the figures and the readiness."""

import pytest
from django.test import Client
from django.urls import reverse

from plumbing.jobs import run_jobs
from plumbing.models import Job
from reports.metrics import metrics_text
from reports.readiness import suggestion_notes
from tests.make import make_channel, make_unit
from tests.triage.conftest import THANKS
from triage.check_job import start_check, start_check_if_due
from triage.models import Suggestion


@pytest.fixture
def lead(pedro) -> Client:
    client = Client()
    client.force_login(pedro)
    return client


def test_it_begins_by_itself_once_a_day(arrive):
    arrive(read=THANKS)
    assert start_check_if_due()
    assert not start_check_if_due()
    run_jobs(5)
    assert Job.objects.get().result["checked"] == 1
    assert not start_check_if_due()
    Job.objects.update(created_at="2026-01-01T00:00Z")
    assert start_check_if_due()


def test_without_a_fault_nothing_is_noted(arrive):
    assert b"suggestion_faults" not in metrics_text()
    arrive(read=THANKS)
    start_check(by=None)
    run_jobs(5)
    assert b"leitstelle_suggestion_faults 0.0" in metrics_text()
    assert suggestion_notes() == ()


def test_a_fault_is_a_row_a_figure_and_a_note(arrive, lead, pedro):
    make_unit("ours").members.add(pedro)
    seen = arrive(read=THANKS, channel=make_channel(unit=make_unit("ours")))
    hidden = arrive(read=THANKS, channel=make_channel(unit=make_unit("theirs")))
    Suggestion.objects.update(disposition="ignore")
    answer = lead.post(reverse("triage:check"))
    job = Job.objects.get()
    assert answer.url == reverse("job", args=[job.pk])
    run_jobs(5)

    page = lead.get(reverse("triage:check-report", args=[job.pk]))
    rows = {row.mention_id: row for row in page.context["faults"]}
    assert (rows[seen.pk].is_visible, rows[hidden.pk].is_visible) == (True, False)
    assert (rows[seen.pk].part, rows[seen.pk].stored, rows[seen.pk].recomputed) == ("disposition", "ignore", "respond")
    text = page.content.decode()
    assert reverse("triage:mention", args=[seen.pk]) in text
    assert reverse("triage:mention", args=[hidden.pk]) not in text
    assert b"leitstelle_suggestion_faults 2.0" in metrics_text()
    assert suggestion_notes() == ("2 suggestions are not what their facts give: see /playbooks/check/.",)

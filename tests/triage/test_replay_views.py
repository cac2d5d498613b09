"""A replay from the form to its report, and what the report keeps from whom."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import BellItem
from plumbing.jobs import cancel_job, run_jobs
from plumbing.models import Job
from tests.make import NOON, make_channel, make_unit
from tests.triage.conftest import QUESTION, THANKS
from tests.triage.test_replay import drafted

FORM = {"which": "last", "last": "200", "facts": "kept"}


@pytest.fixture
def lead(pedro) -> Client:
    client = Client()
    client.force_login(pedro)
    return client


def ask(client: Client, **fields) -> Job:
    answer = client.post(reverse("triage:replay"), FORM | fields)
    assert answer.status_code == 302, answer.context["form"].errors
    job = Job.objects.latest("pk")
    assert answer.url == reverse("job", args=[job.pk])
    return job


def test_a_lead_asks_for_a_replay_and_reads_its_report(arrive, lead, pedro):
    for read in (THANKS, QUESTION):
        arrive("<b>Praise\u202eor not</b>", read=read)
    job = ask(lead, version=drafted().pk)
    run_jobs(5)

    finished = lead.get(reverse("job", args=[job.pk])).content.decode()
    assert reverse("triage:replay-report", args=[job.pk]) in finished
    page = lead.get(reverse("triage:replay-report", args=[job.pk]))
    screen = page.context["screen"]
    assert [(row.old.disposition, row.new.disposition, row.count) for row in screen.changes] == [
        ("respond", "escalate", 1),
        ("respond", "ignore", 1),
    ]
    text = page.content.decode()
    assert "&lt;b&gt;Praise" in text
    assert "\u202e" not in text
    assert BellItem.objects.get(person=pedro).url == reverse("triage:replay-report", args=[job.pk])
    assert "2 of 2 change" in lead.get(reverse("triage:replay")).content.decode()


def test_samples_are_those_that_the_reader_may_see(arrive, lead, maya, pedro):
    ours, theirs = make_unit("ours"), make_unit("theirs")
    ours.members.add(pedro)
    theirs.members.add(maya)
    arrive("Seen by pedro.", channel=make_channel(unit=ours), read=THANKS)
    arrive("Kept from pedro.", channel=make_channel(unit=theirs), read=THANKS)
    job = ask(lead, version=drafted().pk)
    run_jobs(5)
    address = reverse("triage:replay-report", args=[job.pk])

    page = lead.get(address)
    assert page.context["screen"].report.seen == 1
    assert "Seen by pedro." in page.content.decode()
    assert "Kept from pedro." not in page.content.decode()
    reader = Client()
    reader.force_login(maya)
    text = reader.get(address).content.decode()
    assert "Seen by pedro." not in text
    assert "channels that you do not see" in text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"last": ""}, "last"),
        ({"last": "100001"}, "last"),
        ({"which": "span"}, "since"),
        ({"which": "span", "since": "2026-11-20", "until": "2026-11-19"}, "until"),
        ({"version": "0"}, "version"),
        ({"version": "x"}, "version"),
    ],
)
def test_what_cannot_be_replayed_is_said_at_its_field(fields, field, lead, starter):
    answer = lead.post(reverse("triage:replay"), FORM | {"version": drafted().pk} | fields)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Job.objects.exists()


def test_a_span_is_of_whole_days(arrive, lead):
    for age in (2, 1, 0):
        arrive(read=THANKS, received_at=NOON - timedelta(days=age))
    job = ask(lead, version=drafted().pk, which="span", since="2026-11-19", until="2026-11-20")
    run_jobs(5)
    job.refresh_from_db()
    assert job.result["seen"] == 2


def test_a_report_stays_what_it_was_when_the_draft_changes(arrive, lead):
    arrive(read=THANKS)
    draft = drafted()
    job = ask(lead, version=draft.pk)
    type(draft).objects.filter(pk=draft.pk).update(
        content=draft.content.replace("out_ignore_stand", "out_respond_idea")
    )
    run_jobs(5)
    page = lead.get(reverse("triage:replay-report", args=[job.pk]))
    assert page.context["screen"].changes[0].new.disposition == "ignore"
    assert "edited since" in page.content.decode()


def test_a_cancelled_replay_has_no_report_and_rings_no_bell(arrive, lead, pedro):
    job = ask(lead, version=drafted().pk)
    cancel_job(job.pk)
    run_jobs(5)
    assert "There is no report" in lead.get(reverse("triage:replay-report", args=[job.pk])).content.decode()
    assert not BellItem.objects.filter(person=pedro).exists()


def test_who_may_not_change_playbooks_reads_replays_and_starts_none(browser, starter):
    page = browser.get(reverse("triage:replay")).content.decode()
    assert "Start the replay" not in page
    assert browser.post(reverse("triage:replay"), FORM).status_code == 403

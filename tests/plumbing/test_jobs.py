"""Long work: step by step, by any worker, once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from plumbing import jobs
from plumbing.jobs import GAVE_UP, LEASE, MOST_TRIES, UNEXPECTED, JobError, Kind, Step, cancel_job, run_jobs, start_job
from plumbing.models import Job

STEPS = 4
ended: list[Job] = []


def count_up(job: Job) -> Step:
    """Four steps of ten; what it did stands in the checkpoint."""
    before = job.checkpoint.get("did", [])
    if job.parameters.get("dies_at") == len(before):
        raise KeyboardInterrupt
    if job.parameters.get("fails_at") == len(before):
        raise JobError("The well is dry.")
    if job.parameters.get("breaks_at") == len(before):
        raise ZeroDivisionError
    if job.parameters.get("is_cancelled_at") == len(before):
        cancel_job(job.pk)
    did = [*before, len(before)]
    return Step({"did": did}, 10 * len(did), 10 * STEPS, {"did": did} if len(did) == STEPS else None)


@pytest.fixture(autouse=True)
def counting(db, monkeypatch) -> None:
    monkeypatch.setitem(jobs.KINDS, "count", Kind("count", "Counting", count_up, "job", ended.append))
    ended.clear()


def free(job: Job) -> None:
    """As if the lease of the worker that died were over."""
    Job.objects.filter(pk=job.pk).update(free_at=timezone.now() - timedelta(seconds=1))


def test_a_job_goes_step_by_step_to_its_result(maya: User):
    job = start_job("count", {}, by=maya)
    assert run_jobs(5) == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.total) == ("done", {"did": [0, 1, 2, 3]}, 40, 40)
    assert [one.pk for one in ended] == [job.pk]
    assert run_jobs(5) == 0


def test_another_worker_goes_on_where_a_killed_one_stopped(maya: User):
    job = start_job("count", {"dies_at": 2}, by=maya)
    with pytest.raises(KeyboardInterrupt):
        run_jobs(5)
    job.refresh_from_db()
    assert (job.state, job.done, job.checkpoint) == ("running", 20, {"did": [0, 1]})
    assert run_jobs(5) == 0  # until its lease is over it is nobody else's
    assert job.free_at - timezone.now() > LEASE / 2

    Job.objects.filter(pk=job.pk).update(parameters={})
    free(job)
    run_jobs(5)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"did": [0, 1, 2, 3]})


def test_who_lost_the_lease_changes_nothing_more(maya: User):
    job = start_job("count", {}, by=maya)
    slow = jobs.claim_next()
    free(job)
    run_jobs(5)
    jobs.take_turn(slow, 5)
    assert len(ended) == 1
    assert Job.objects.get(pk=job.pk).result == {"did": [0, 1, 2, 3]}


def test_a_step_that_kills_every_worker_is_given_up(maya: User):
    job = start_job("count", {"dies_at": 0}, by=maya)
    for _each in range(MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            run_jobs(5)
        free(job)
    run_jobs(5)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", GAVE_UP)


@pytest.mark.parametrize(("how", "error"), [("fails_at", "The well is dry."), ("breaks_at", UNEXPECTED)])
def test_a_job_that_fails_says_why(how, error, maya: User):
    job = start_job("count", {how: 1}, by=maya)
    run_jobs(5)
    job.refresh_from_db()
    assert (job.state, job.error, job.done) == ("failed", error, 10)
    assert len(ended) == 1


def test_a_cancelled_job_stops_with_the_step_at_hand(maya: User):
    job = start_job("count", {"is_cancelled_at": 1}, by=maya)
    run_jobs(5)
    job.refresh_from_db()
    assert (job.state, job.done, job.result) == ("cancelled", 10, None)
    assert not cancel_job(job.pk)
    assert ended == []


def test_jobs_take_turns(maya: User, monkeypatch):
    monkeypatch.setattr(jobs, "SLICE", 0.0)
    first, second = (start_job("count", {}, by=maya) for _each in range(2))
    assert run_jobs(5) == 2 * STEPS
    turns = [Job.objects.get(pk=job.pk).ended_at for job in (first, second)]
    assert None not in turns


def test_a_job_belongs_to_whoever_started_it(maya: User, pedro: User):
    job = start_job("count", {}, by=maya)
    for person, status in ((maya, 200), (pedro, 404)):
        client = Client()
        client.force_login(person)
        assert client.get(reverse("job", args=[job.pk])).status_code == status
        assert client.post(reverse("job-cancel", args=[job.pk])).status_code == (302 if status == 200 else 404)


def test_the_page_shows_a_bar_and_speaks_up_at_each_quarter(maya: User):
    job = start_job("count", {}, by=maya)
    Job.objects.filter(pk=job.pk).update(state="running", done=6_200, total=10_000, begun_at=timezone.now() - LEASE)
    client = Client()
    client.force_login(maya)
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert '<progress aria-label="Counting" value="6200" max="10000">' in page
    assert "6,200 of 10,000" in page
    assert "per second" in page
    assert "left" in page

    moved = client.get(f"{reverse('job', args=[job.pk])}?said=25", headers={"HX-Request": "true"}).content.decode()
    assert "50 percent done" in moved
    assert "?said=50" in moved
    quiet = client.get(f"{reverse('job', args=[job.pk])}?said=50", headers={"HX-Request": "true"}).content.decode()
    assert "percent done" not in quiet
    assert "<h1" not in quiet

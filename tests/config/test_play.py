"""The guided crisis: possible in the demo only, only as the demo's maya, and told by what the rows say."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import load_roles
from config.demo.company import load_company
from config.demo.people import load_people
from config.demo.play.guide import Phase, stand_of
from config.demo.play.run import Run, arrive, clear_away
from config.local.environment import with_demo
from crisis.escalate import advance_due
from crisis.models import Escalation
from monitoring.models import Mention
from monitoring.readings import read_due
from monitoring.word_lists.load import load_word_lists
from playbooks.starter.load import load_starter
from tests.make import make_user
from triage.decide import record_decision
from triage.models import Triage
from triage.suggest import suggest_new

ROOT = Path(__file__).parents[2]
PAGES = ("play", "play/start", "play/go-on", "play/phone", "play/times", "play/clear", "play/dismiss", "play/trickle")
in_demo = pytest.mark.urls("tests.config.play_urls")


@pytest.fixture
def demo(groups, settings, tmp_path) -> dict[str, User]:
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    load_roles()
    return load_people(load_company())


@pytest.mark.parametrize("page", PAGES)
def test_outside_the_demo_there_is_no_such_address(page, client, db):
    assert client.get(f"/demo/{page}/").status_code in (302, 404)
    assert client.post(f"/demo/{page}/").status_code in (302, 404)
    with pytest.raises(NoReverseMatch):
        reverse("demo-play")
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(
    "variables",
    [{"PUBLIC_URL": "https://console.example"}, {"EMAIL_URL": "smtp://mail.example:25"}],
    ids=["with TLS", "with a mail server"],
)
def test_in_earnest_the_demo_cannot_be_switched_on(variables):
    environment = (
        os.environ | {"PUBLIC_URL": "http://localhost", "EMAIL_URL": "filemail:///tmp", "DEMO": "1"} | variables
    )
    command = [sys.executable, "-c", "import config.settings"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.strip().startswith("DEMO is for trying the console at home")


@pytest.mark.parametrize(
    ("environment", "accounts", "on"),
    [
        ({}, True, "1"),
        ({}, False, "0"),
        ({"EMAIL_URL": "smtp://localhost:25"}, True, "0"),
        ({"PUBLIC_URL": "https://console.example"}, True, "0"),
    ],
)
def test_make_run_switches_it_on_only_with_the_demo_loaded_and_mails_kept(
    environment, accounts, on, tmp_path, monkeypatch
):
    monkeypatch.delenv("EMPTY", raising=False)
    monkeypatch.delenv("DEMO", raising=False)
    if accounts:
        (tmp_path / "demo-accounts.json").write_text("[]")
    complete = {"EMAIL_URL": "filemail:///mail", "PUBLIC_URL": "http://localhost:8000"} | environment
    assert with_demo(complete, tmp_path)["DEMO"] == on


@in_demo
def test_with_the_setting_off_nobody_becomes_anybody_even_if_the_address_were_there(demo, client, settings):
    settings.DEMO = False
    assert client.post("/demo/play/start/").status_code == 403
    assert "_auth_user_id" not in client.session


@in_demo
def test_an_account_that_only_shares_the_name_is_never_taken(groups, client, settings, tmp_path):
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    make_user("maya")
    make_user("pedro")
    assert client.post("/demo/play/start/").status_code == 403
    assert "_auth_user_id" not in client.session


@in_demo
def test_an_account_of_the_demo_that_may_administer_is_never_taken(demo, client):
    User.objects.filter(username="maya").update(is_staff=True)
    assert client.post("/demo/play/start/").status_code == 403


@in_demo
def test_only_a_form_of_ours_begins_a_play(demo):
    assert Client(enforce_csrf_checks=True).post("/demo/play/start/").status_code == 403
    assert Client().get("/demo/play/start/").status_code == 405


@in_demo
def test_a_visitor_begins_as_maya_and_others_stay_who_they_are(demo, client):
    assert client.get("/demo/play/").status_code == 200
    assert client.post("/demo/play/start/").headers["Location"] == "/inbox/"
    assert client.session["_auth_user_id"] == str(demo["maya"].pk)
    assert client.get("/accounts/second-factors/app/add/").headers["Location"].startswith("/accounts/confirm/")
    other = Client()
    other.force_login(demo["lea"])
    assert other.post("/demo/play/go-on/").headers["Location"] == "/demo/play/"
    assert other.get("/demo/play/phone/").headers["Location"] == "/demo/play/"
    assert other.get("/demo/play/times/").headers["Location"] == "/demo/play/"


@in_demo
def test_the_strip_leads_nowhere_outside(demo, client):
    client.post("/demo/play/start/")
    answer = client.post("/demo/play/go-on/", {"here": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/inbox/"


@pytest.fixture
def playbooks(demo) -> None:
    load_word_lists()
    load_starter(timezone.now())


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_mentions_come_one_after_the_other_and_the_guide_follows_the_rows(language, demo, playbooks):
    begun = timezone.now() - timedelta(minutes=2)
    run = Run.begin(language, begun)
    assert arrive(run, begun) == 1
    assert stand_of(run).phase == Phase.ARRIVING
    assert arrive(run, begun + timedelta(seconds=15)) == 1
    assert arrive(run, begun + timedelta(minutes=2)) == 3
    assert arrive(run, timezone.now()) == 0
    while read_due() or suggest_new():
        pass
    stand = stand_of(run)
    assert (stand.phase, stand.arrived) == (Phase.WAITING, 5)
    triage = Triage.objects.select_related("suggestion").get(mention=stand.mention)
    assert (triage.severity, triage.suggestion.disposition) == ("L4", "escalate")
    assert {m.reading.language for m in run.mentions()} == {language}

    answers = {"scenario-map/danger": "yes"}
    record_decision(triage.pk, by=demo["maya"], disposition="escalate", rev=triage.rev, via="console", answers=answers)
    advance_due()
    assert stand_of(run).phase == Phase.CALLING
    clear_away(run, demo["pedro"])
    assert not Mention.objects.filter(deleted_at=None).exists()
    assert Escalation.objects.get().state == Escalation.State.RESOLVED
    while read_due() or suggest_new():
        pass
    assert not Triage.objects.filter(state=Triage.State.OPEN, mention__deleted_at=None).exists()


def test_each_play_is_a_story_of_its_own():
    now = timezone.now()
    assert Run.begin("de", now).prefix != Run.begin("de", now).prefix
    assert Run.of({"run": "x"}) is None
    assert Run.of(None) is None

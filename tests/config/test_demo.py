"""The demo company: loaded once however often it is asked, through the doors that real data takes."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.test import Client, override_settings

from accounts.models import ApiToken, Role, User
from accounts.roles import ALL_ROLES, ROLES, holders_by_role
from config.demo.load import load_demo
from config.demo.people import PEOPLE, ROSTER, accounts_file
from config.demo.scene import LONGEST_LEAD, play_scene
from config.demo.script import read_script
from crisis.models import ContactMethod, Escalation, Notification
from monitoring.health import channel_health
from monitoring.models import Channel, Mention, OutboundPost, RawDelivery
from monitoring.readings import read_due
from triage.models import Decision, Reply, Suggestion, Triage
from triage.suggest import suggest_new

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCRIPT = read_script()
PAST = [line for line in SCRIPT if line.is_past]
SCENE = [line for line in SCRIPT if not line.is_past]


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """The demo, loaded once for all tests of this file that only look; its folder."""
    folder = tmp_path_factory.mktemp("loaded")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(VAR_DIR=folder):
        call_command("load_starter", stdout=StringIO())
        load_demo(NOW)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db, settings) -> None:
    settings.VAR_DIR = loaded


def test_every_channel_is_balanced_so_that_a_newcomer_sees_no_alarm(demo):
    healths = channel_health(NOW)
    assert [health.channel.slug for health in healths if not health.is_balanced] == []
    assert sum(health.counts.stored for health in healths) == sum(health.counts.created for health in healths) > 20


def rows() -> dict[str, int]:
    people = (User, Role, ApiToken, ContactMethod)
    records = (Channel, Mention, RawDelivery, Suggestion, Decision, Reply, Escalation)
    return {model.__name__: model.objects.count() for model in (*people, *records)}


def test_loading_fills_an_empty_console(demo):
    assert Mention.objects.count() == Triage.objects.count() == len(PAST)
    assert set(User.objects.values_list("username", flat=True)) == {"maya", "pedro", "lea", "ada"}
    assert not Mention.objects.filter(needs_reading=True).exists()


def test_loading_again_changes_nothing(demo):
    before, accounts = rows(), accounts_file().read_text()
    call_command("load_demo", stdout=StringIO())
    assert rows() == before
    assert accounts_file().read_text() == accounts


def test_what_was_said_in_the_past_is_as_old_as_the_script_says(demo):
    posted = dict(Mention.objects.values_list("external_id", "posted_at"))
    assert posted == {line.id: line.posted_at(NOW) for line in PAST}
    assert not Mention.objects.filter(received_at__gt=NOW).exists()
    assert not Decision.objects.filter(at__gt=NOW).exists()
    assert not Decision.objects.filter(at__lt=F("mention__posted_at")).exists()


def test_every_role_has_a_holder_and_a_deputy(demo):
    assert set(ROSTER) == set(ROLES) == set(Role.objects.values_list("slug", flat=True))
    holders = holders_by_role([ALL_ROLES])
    assert {role for role, people in holders.items() if len(people) > 1} == set(ROLES)


def test_everybody_can_be_reached_by_e_mail(demo):
    methods = ContactMethod.objects.filter(kind=ContactMethod.Kind.EMAIL)
    assert {method.address for method in methods} == {person.email for person in PEOPLE}


def test_the_accounts_file_is_private_and_lets_everybody_in(demo):
    accounts = json.loads(accounts_file().read_text())
    assert accounts_file().stat().st_mode & 0o777 == 0o600
    assert [account["role"] for account in accounts] == ["community manager", "PR lead", "legal", "admin"]
    for account in accounts:
        assert Client().login(username=account["username"], password=account["password"])
        bearer = {"authorization": f"Bearer {account['api_token']}"}
        assert Client().get("/api/v1/mentions/", headers=bearer).status_code == 200


def test_the_people_have_decided_what_the_script_says_in_their_own_words(demo):
    decided = {line.id: (line.decided.disposition, line.decided.by) for line in PAST if line.decided}
    rows = Decision.objects.select_related("mention", "by")
    assert {row.mention.external_id: (row.disposition, row.by.username) for row in rows} == decided
    assert Reply.objects.count() == sum(bool(line.decided.reply) for line in PAST if line.decided) >= 50
    assert not OutboundPost.objects.exclude(state=OutboundPost.State.POSTED_BY_HAND).exists()


def test_some_decisions_leave_the_suggestion_and_say_why(demo):
    deviations = Decision.objects.filter(is_deviation=True)
    assert 5 <= deviations.count() <= 15
    assert all(len(row.reason) >= 10 for row in deviations)
    assert not Decision.objects.exclude(unanswered_risks=[]).exists()


def test_suggestions_of_every_kind_stand_beside_the_mentions(demo):
    counts = Counter(Suggestion.objects.values_list("disposition", flat=True))
    assert counts["respond"] >= 30
    assert counts["ignore"] >= 5
    assert counts["escalate"] >= 8
    assert counts[""] >= 30, "where only a person can tell"
    assert {"L0", "L2", "L3", "L4"} <= set(Suggestion.objects.values_list("severity", flat=True))
    assert not Suggestion.objects.filter(path__problems__0__isnull=False).exists()


def test_one_escalation_runs_so_that_a_newcomer_sees_a_countdown_and_others_are_closed(demo):
    (escalation,) = Escalation.objects.open()
    assert (escalation.state, escalation.severity) == (Escalation.State.ACTIVE, "L3")
    assert escalation.step_due_at is not None
    closed = Escalation.objects.filter(closed_at__isnull=False)
    assert len(closed) >= 6
    assert {row.state for row in closed} == {Escalation.State.RESOLVED, Escalation.State.CANCELLED}
    assert all(row.opened_at < row.closed_at < NOW for row in closed)
    assert all(row.pages.exists() for row in closed)
    assert not Notification.objects.filter(escalation__in=closed).undelivered().exists()


def test_an_edit_brings_a_decided_mention_back_and_a_deleted_one_leaves_the_queue(demo):
    edited = Triage.objects.get(mention__external_id="handle-edit")
    assert (edited.state, edited.severity) == (Triage.State.OPEN, "L3")
    assert edited.mention.decisions.exists()
    assert edited.mention.revisions.count() == 1
    assert Triage.objects.get(mention__external_id="gone").state == Triage.State.WITHDRAWN
    slip = Triage.objects.get(mention__external_id="slip")
    assert slip.mention.deleted_at is not None
    assert slip.state == Triage.State.DECIDED


def test_the_queue_holds_work_of_every_kind_with_deadlines_that_differ(demo):
    open_rows = Triage.objects.filter(state=Triage.State.OPEN).select_related("suggestion")
    assert 20 <= len(open_rows) <= 45
    assert {row.suggestion.disposition for row in open_rows} >= {"respond", "escalate", ""}
    assert len({row.due_at for row in open_rows}) >= 15


def test_the_scene_arrives_line_by_line_in_its_own_time(demo):
    waited: list[float] = []
    assert play_scene(waited.append, lambda: NOW) == len(SCENE)
    assert sum(waited) == (SCENE[-1].after - SCENE[0].after + LONGEST_LEAD).total_seconds()
    assert Mention.objects.count() == len(SCRIPT)


def test_a_scene_that_was_cut_short_goes_on_and_never_doubles(demo):
    class Cut(Exception):
        pass

    waits = iter([0.0] * 4)

    def cut(_seconds: float) -> None:
        if next(waits, None) is None:
            raise Cut

    with pytest.raises(Cut):
        play_scene(cut, lambda: NOW)
    assert play_scene(lambda _seconds: None, lambda: NOW) == len(SCENE) - 4
    assert play_scene(lambda _seconds: None, lambda: NOW) == 0
    assert Mention.objects.count() == len(SCRIPT)


def test_the_scene_stops_when_it_is_told(demo):
    told = iter([False, False, True])
    assert play_scene(lambda _seconds: None, lambda: NOW, lambda: next(told)) == 2
    assert play_scene(lambda _seconds: None, lambda: NOW) == len(SCENE) - 2


def test_each_channel_was_last_heard_when_somebody_last_spoke_there(demo):
    for channel in Channel.objects.all():
        assert channel.last_mention_at == max(channel.mentions.values_list("received_at", flat=True)), channel


def test_what_spreads_becomes_one_story_that_demands_an_escalation(demo):
    moments = iter(NOW + timedelta(seconds=number) for number in range(100))
    play_scene(lambda _seconds: None, lambda: next(moments))
    while read_due() or suggest_new():
        pass
    queue = Triage.objects.select_related("suggestion", "mention")
    copies = queue.filter(mention__external_id__startswith="sparks-copy")
    assert len(copies) == 5
    assert len({row.mention.story_id for row in copies}) == 1
    assert {row.suggestion.disposition for row in copies} == {"escalate"}
    assert {row.severity for row in copies} == {"L4"}

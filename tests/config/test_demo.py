"""The demo company: loaded once however often it is asked, through the doors that real data takes."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import ApiToken, Role, User
from accounts.roles import ROLES, people_of
from config.demo.company import CHANNELS, load_company
from config.demo.load import load_demo
from config.demo.people import PEOPLE, ROSTER, accounts_file
from config.demo.scene import LONGEST_LEAD, play_scene
from config.demo.script import read_script
from crisis.models import ContactMethod, Escalation
from monitoring.channels.protocol import IncomingMention
from monitoring.channels.validate import parse_mention
from monitoring.models import Channel, Mention, RawDelivery
from monitoring.readings import read_due
from tests.make import make_user
from triage.models import Decision, Reply, Suggestion, Triage
from triage.suggest import suggest_new

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCRIPT = read_script()
PAST = [line for line in SCRIPT if line.ago is not None]
SCENE = [line for line in SCRIPT if line.after is not None]


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def demo(db) -> None:
    call_command("load_demo", stdout=StringIO())


def rows() -> dict[str, int]:
    people = (User, Role, ApiToken, ContactMethod)
    records = (Channel, Mention, RawDelivery, Suggestion, Decision, Reply, Escalation)
    return {model.__name__: model.objects.count() for model in (*people, *records)}


def test_every_line_of_the_script_is_a_mention_that_the_api_takes():
    looked = [parse_mention(line.as_json(NOW)) for line in SCRIPT]
    assert [found for found in looked if not isinstance(found, IncomingMention)] == []


def test_the_script_has_forty_mentions_in_several_voices_languages_and_channels():
    assert len(SCRIPT) >= 40
    assert len({line.id for line in SCRIPT}) == len(SCRIPT)
    assert len({line.author["handle"] for line in SCRIPT}) >= 20
    languages = Counter(line.data["language"] for line in SCRIPT)
    assert languages["de"] >= 10
    assert languages["en"] >= 10
    assert {line.channel for line in SCRIPT} == {"mastodon", "page", "forum", "shop"} < set(CHANNELS)


def test_every_line_stands_either_in_the_past_or_in_the_scene():
    assert [line.id for line in SCRIPT if (line.ago is None) == (line.after is None)] == []
    assert [line.after for line in SCENE] == sorted(line.after for line in SCENE)


def test_replies_answer_lines_of_the_same_channel_said_before():
    said: dict[str, str] = {}
    for line in SCRIPT:
        answered = line.data.get("reply_to")
        assert answered is None or said.get(answered) == line.channel, line.id
        said[line.id] = line.channel


def test_loading_fills_an_empty_console(demo):
    assert Mention.objects.count() == Triage.objects.count() == len(PAST)
    assert set(User.objects.values_list("username", flat=True)) == {"maya", "pedro", "lea", "ada"}
    assert not Mention.objects.filter(needs_reading=True).exists()


def test_loading_again_changes_nothing(demo):
    before, accounts = rows(), accounts_file().read_text()
    call_command("load_demo", stdout=StringIO())
    assert rows() == before
    assert accounts_file().read_text() == accounts


def test_what_was_said_in_the_past_is_as_old_as_the_script_says(db):
    call_command("load_starter", stdout=StringIO())
    load_demo(NOW)
    posted = dict(Mention.objects.values_list("external_id", "posted_at"))
    assert posted == {line.id: NOW - line.ago for line in PAST}


def test_every_role_has_a_holder_and_a_deputy(demo):
    assert set(ROSTER) == set(ROLES) == set(Role.objects.values_list("slug", flat=True))
    for role in ROLES:
        assert people_of(role, "on_shift"), role
        assert people_of(role, "deputy"), role


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


def test_passwords_are_made_anew_for_every_installation(db, settings, tmp_path):
    texts = []
    for name in ("one", "two"):
        settings.VAR_DIR = tmp_path / name
        settings.VAR_DIR.mkdir()
        call_command("load_demo", stdout=StringIO())
        texts.append({account["password"] for account in json.loads(accounts_file().read_text())})
    assert len(texts[0] | texts[1]) == 8
    assert ApiToken.objects.usable().count() == 4


def test_a_lost_database_gets_the_passwords_that_the_file_promises(var_dir, db):
    names = [person.username for person in PEOPLE]
    promised = [{"username": n, "password": f"kept-{n}", "role": "", "api_token": f"lst_{n}"} for n in names]
    accounts_file().write_text(json.dumps(promised))
    call_command("load_demo", stdout=StringIO())
    assert Client().login(username="lea", password="kept-lea")


@pytest.mark.parametrize("content", ["", "[]", "{", '[{"username": "maya"}]', "null"])
def test_an_accounts_file_that_makes_no_sense_is_made_anew(content, db):
    accounts_file().write_text(content)
    call_command("load_demo", stdout=StringIO())
    assert len(json.loads(accounts_file().read_text())) == 4


def test_a_console_in_use_is_left_alone(db):
    make_user("maya")
    with pytest.raises(CommandError, match="in use"):
        call_command("load_demo", stdout=StringIO())
    assert not Mention.objects.exists()
    assert not accounts_file().exists()


def test_maya_has_decided_what_the_script_says_in_her_own_words(demo):
    decided = {line.id: line.decided for line in PAST if line.decided}
    found = {row.mention.external_id: row for row in Decision.objects.select_related("mention", "by")}
    dispositions = {key: row.disposition for key, row in found.items()}
    assert dispositions == {key: said.disposition for key, said in decided.items()}
    assert {row.by.username for row in found.values()} == {"maya"}
    assert not any(row.is_deviation or row.unanswered_risks for row in found.values())
    assert Reply.objects.count() == sum(bool(said.reply) for said in decided.values()) > 0


def test_one_escalation_runs_so_that_a_newcomer_sees_a_countdown(demo):
    escalation = Escalation.objects.get()
    assert (escalation.state, escalation.severity) == (Escalation.State.ACTIVE, "L3")
    assert escalation.step_due_at is not None


def test_the_queue_holds_work_of_every_kind(demo):
    open_rows = Triage.objects.filter(state=Triage.State.OPEN).select_related("suggestion")
    assert len(open_rows) >= 15
    assert {row.suggestion.disposition for row in open_rows} >= {"respond", ""}


def test_the_deadlines_of_the_queue_differ(demo):
    deadlines = set(Triage.objects.filter(state=Triage.State.OPEN).values_list("due_at", flat=True))
    assert len(deadlines) >= 15


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


def test_the_sparks_become_one_story_that_demands_an_escalation(demo):
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


def test_without_the_company_there_is_no_scene(db):
    with pytest.raises(CommandError, match="load_demo"):
        call_command("play_demo", stdout=StringIO())


def test_an_unknown_press_feed_is_never_asked(db):
    load_company()
    assert Channel.objects.get(kind="feed").state == Channel.State.PAUSED
    assert not Channel.objects.exclude(next_poll_at=None).exists()

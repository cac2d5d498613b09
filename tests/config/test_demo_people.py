"""The demo's people and company: made once, on an empty console only, and as their file says."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import ApiToken, Unit
from accounts.roles import load_roles
from accounts.units import sees_everything
from config.demo.company import load_company
from config.demo.people import PEOPLE, accounts_file, load_people
from monitoring.models import Channel, Mention
from tests.make import make_user


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_passwords_are_made_anew_for_every_installation(groups, settings, tmp_path):
    load_roles()
    texts = []
    for name in ("one", "two"):
        settings.VAR_DIR = tmp_path / name
        settings.VAR_DIR.mkdir()
        load_people(load_company())
        texts.append({account["password"] for account in json.loads(accounts_file().read_text())})
    assert len(texts[0] | texts[1]) == 8
    assert ApiToken.objects.usable().count() == 4


def test_a_lost_database_gets_the_passwords_that_the_file_promises(var_dir, groups):
    load_roles()
    names = [person.username for person in PEOPLE]
    promised = [{"username": n, "password": f"kept-{n}", "role": "", "api_token": f"lst_{n}"} for n in names]
    accounts_file().write_text(json.dumps(promised))
    load_people(load_company())
    assert Client().login(username="lea", password="kept-lea")


@pytest.mark.parametrize("content", ["", "[]", "{", '[{"username": "maya"}]', "null"])
def test_an_accounts_file_that_makes_no_sense_is_made_anew(content, groups):
    load_roles()
    accounts_file().write_text(content)
    load_people(load_company())
    assert len(json.loads(accounts_file().read_text())) == 4


def test_a_console_in_use_is_left_alone(db):
    make_user("maya")
    with pytest.raises(CommandError, match="in use"):
        call_command("load_demo", stdout=StringIO())
    assert not Mention.objects.exists()
    assert not accounts_file().exists()


def test_without_the_company_there_is_no_scene(db):
    with pytest.raises(CommandError, match="load_demo"):
        call_command("play_demo", stdout=StringIO())


def test_an_unknown_press_feed_is_never_asked(db):
    load_company()
    assert Channel.objects.get(kind="feed").state == Channel.State.PAUSED
    assert not Channel.objects.exclude(next_poll_at=None).exists()


def test_all_four_are_of_the_central_team_beside_two_units_with_channels(groups):
    load_roles()
    people = load_people(load_company())
    assert {unit.slug: unit.channels.count() for unit in Unit.objects.all()} == {
        "brauhell": 3, "germany": 2, "international": 1,
    }  # fmt: skip
    assert all(sees_everything(person) for person in people.values())

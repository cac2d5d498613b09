"""An empty console: the first account for whoever has the code, then a checklist of what is really there."""

from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Role, User
from accounts.roles import ROLES
from config.first_run.checks import checklist
from config.first_run.claim import KEY
from config.first_run.setup_code import is_setup_code, setup_code
from crisis.escalate import acknowledge, advance_due, latest_test_page, open_test_page
from crisis.models import Escalation, Notification
from monitoring.ingest import ingest
from tests.make import NOON, make_channel, make_user
from tests.monitoring.test_ingest import post

PASSWORD = "correct horse battery staple"
SAID = {
    "first_name": "Rosa",
    "last_name": "Klein",
    "username": "rosa",
    "email": "rosa@company.example",
    "password": PASSWORD,
    "again": PASSWORD,
}


@pytest.fixture(autouse=True)
def var_dir(settings, tmp_path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def claim(client: Client, **said: str):
    return client.post("/first-run/", SAID | {"code": setup_code()} | said)


@pytest.fixture
def rosa(client, db) -> User:
    assert claim(client).headers["Location"] == "/first-run/checklist/"
    return User.objects.get()


def done() -> dict[str, bool]:
    return {check.slug: check.is_done for check in checklist()}


def test_an_empty_console_leads_to_the_first_account(client, db):
    assert client.get("/").headers["Location"] == "/first-run/"
    assert client.get("/first-run/").status_code == 200
    make_user()
    assert client.get("/").headers["Location"] == "/inbox/"


def test_the_code_makes_an_administrator_who_is_called_when_nobody_answers(rosa, client):
    assert client.session["_auth_user_id"] == str(rosa.pk)
    assert client.get("/").headers["Location"] == "/first-run/checklist/"
    assert (rosa.is_staff, rosa.is_superuser) == (True, False)
    assert [group.name for group in rosa.groups.all()] == ["admin"]
    assert [role.slug for role in rosa.roles.all()] == ["owner"]
    assert rosa.contact_methods.get().address == "rosa@company.example"
    assert rosa.check_password(PASSWORD)
    assert rosa.bell_items.filter(key=KEY, read_at=None).exists()


def test_without_the_code_nobody_gets_in(client, db):
    answer = claim(client, code="aaaa-bbbb-cccc-dddd")
    assert answer.status_code == 422
    assert "This is not the set-up code" in answer.content.decode()
    assert not User.objects.exists()


def test_guessing_the_code_is_slowed_down(client, db):
    statuses = [claim(client, code=f"guess-{number}").status_code for number in range(12)]
    assert statuses[0] == 422
    assert statuses[-1] == 429
    assert claim(client).status_code == 429
    assert not User.objects.exists()


def test_the_code_is_good_once(rosa):
    for method in ("get", "post"):
        answer = getattr(Client(), method)("/first-run/", SAID | {"code": setup_code(), "username": "second"})
        assert answer.headers["Location"].startswith("/accounts/login/")
    assert User.objects.count() == 1
    with pytest.raises(CommandError, match="has an account already"):
        call_command("setup_code")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"again": "another one entirely"}, "again"),
        ({"password": "12345678", "again": "12345678"}, "password"),
        ({"password": "rosa@company.example", "again": "rosa@company.example"}, "password"),
        ({"email": "rosa"}, "email"),
        ({"username": "rosa klein"}, "username"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(wrong, field, client, db):
    answer = claim(client, **wrong)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.exists()


def test_the_code_may_be_typed_in_any_way_and_belongs_to_this_console(settings):
    code = setup_code()
    assert is_setup_code(f" {code.upper().replace('-', ' ')} ")
    assert not is_setup_code("")
    settings.SECRET_KEY = "another"
    assert not is_setup_code(code)


def test_the_command_prints_the_code_and_where_it_goes(db, settings):
    said = StringIO()
    call_command("setup_code", stdout=said)
    assert said.getvalue().split()[0] == setup_code()
    assert f"{settings.PUBLIC_URL}/first-run/" in said.getvalue()


def test_each_step_is_ticked_off_when_it_is_really_there(rosa, client):
    assert done() == {"playbooks": False, "channel": False, "people": False, "page": False}
    call_command("load_starter", stdout=StringIO())
    assert done()["playbooks"]

    channel = make_channel("feed")
    assert not done()["channel"], "connected is not heard"
    ingest(channel, [post()], delivery=None, now=NOON)
    assert done()["channel"]

    client.post("/first-run/roles/")
    assert Role.objects.filter(people=rosa).count() == len(ROLES)
    assert not done()["people"], "what weighs needs two people"
    make_user("second")
    assert done()["people"]

    client.post("/first-run/page/")
    assert not done()["page"]
    advance_due()
    acknowledge(latest_test_page().pk, rosa, "console")
    assert done()["page"]
    page = client.get("/first-run/checklist/").content.decode()
    assert "This console is ready." in page
    assert not rosa.bell_items.filter(key=KEY, read_at=None).exists()


def test_a_test_page_is_a_page_like_any_other(rosa):
    first = open_test_page(rosa)
    advance_due()
    (page,) = first.pages.all()
    assert page.person == rosa
    assert set(Notification.objects.values_list("lane", flat=True)) == {"email", "in_app"}
    second = open_test_page(rosa)
    first.refresh_from_db()
    assert (first.state, second.state) == (Escalation.State.RESOLVED, Escalation.State.ACTIVE)
    assert mail.outbox == []


def test_the_checklist_can_be_put_away_and_found_again(rosa, client):
    assert "first-run/checklist" in client.get("/inbox/").content.decode(), "the empty inbox leads to it"
    client.post("/first-run/dismiss/")
    assert client.get("/").headers["Location"] == "/inbox/"
    assert not rosa.bell_items.filter(key=KEY, read_at=None).exists()
    assert client.get("/first-run/checklist/").status_code == 200


def test_only_administrators_see_the_checklist(maya, pedro, sam, client):
    for person in (maya, pedro, sam):
        client.force_login(person)
        assert client.get("/first-run/checklist/").status_code == 403
        assert client.post("/first-run/roles/").status_code == 403
        assert client.post("/first-run/page/").status_code == 403

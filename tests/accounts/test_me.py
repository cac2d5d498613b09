"""What people see and set about themselves."""

import pytest
from django.test import Client

from accounts import bell
from accounts.models import BellItem, Unit, User
from tests.make import make_unit, make_user

pytestmark = pytest.mark.django_db
PROFILE = {
    "first_name": "Maya",
    "last_name": "Öz",
    "email": "m@example.test",
    "language": "de",
    "time_zone": "Asia/Tokyo",
}


@pytest.fixture
def person(client) -> User:
    person = make_user("maya")
    client.force_login(person)
    return person


def ring(person: User, key: str = "a", group: str = bell.Group.NEEDS_YOU) -> None:
    bell.ring(person.pk, group=group, key=key, title=f"Line <{key}>", url="/me/")


def test_a_profile_is_saved_and_its_language_speaks_at_once(client, person):
    answer = client.post("/me/", PROFILE, follow=True)
    person.refresh_from_db()
    assert (person.get_full_name(), person.language, person.time_zone) == ("Maya Öz", "de", "Asia/Tokyo")
    assert person.shortcuts is False
    assert 'lang="de"' in answer.content.decode()


def test_the_profile_names_the_units_of_the_person(client, person):
    assert client.get("/me/").content.decode().count("<dd>none</dd>") == 3, "no group, no unit, no duty"
    make_unit("germany").members.add(person)
    Unit.objects.create(slug="central", name="Central desk", is_central=True).members.add(person)
    make_unit("abroad")
    page = client.get("/me/").content.decode()
    assert "Germany" in page
    assert "Central desk" in page
    assert page.count("sees every channel") == 1
    assert "Abroad" not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Base"), ("language", "xx"), ("email", "not an address"), ("email", "PEDRO@example.test")],
)
def test_a_wrong_value_is_refused_at_its_field_and_changes_nothing(client, person, field, value):
    make_user("pedro", email="pedro@example.test")
    answer = client.post("/me/", PROFILE | {field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    person.refresh_from_db()
    assert person.first_name == ""


def test_nobody_raises_their_own_rights_through_the_profile(client, person):
    client.post("/me/", PROFILE | {"is_superuser": "on", "is_staff": "on", "username": "root", "groups": "1"})
    person.refresh_from_db()
    assert (person.is_superuser, person.is_staff, person.username) == (False, False, "maya")


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_a_theme_is_kept_in_a_cookie_and_known_before_anything_is_drawn(client, person, theme):
    answer = client.post("/me/preferences/", {"theme": theme, "next": "/bell/"})
    assert answer.headers["Location"] == "/bell/"
    assert f'data-theme="{theme}"' in client.get("/me/").content.decode()


def test_an_unknown_theme_is_not_kept_nor_shown(client, person):
    client.post("/me/preferences/", {"theme": '"><script>'})
    assert "theme" not in client.cookies
    client.cookies["theme"] = "neon"
    assert 'data-theme="auto"' in client.get("/me/").content.decode()


def test_one_switch_changes_one_thing(client, person):
    client.post("/me/preferences/", {"shortcuts": "off"})
    person.refresh_from_db()
    assert (person.shortcuts, person.language) == (False, "en")
    client.post("/me/preferences/", {"language": "de"})
    person.refresh_from_db()
    assert (person.shortcuts, person.language) == (False, "de")


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_preferences_lead_back_to_a_page_of_ours_only(client, person, wanted):
    assert client.post("/me/preferences/", {"theme": "dark", "next": wanted}).headers["Location"] == "/me/"


def test_the_bell_shows_what_is_unread_escaped(client, person):
    ring(person, "a")
    ring(make_user(), "b")
    page = client.get("/bell/").content.decode()
    assert "Line &lt;a&gt;" in page
    assert "Line &lt;b&gt;" not in page
    assert "<html" in page


def test_htmx_gets_the_lines_and_the_new_count_alone(client, person):
    ring(person)
    answer = client.get("/bell/", headers={"hx-request": "true"})
    page = answer.content.decode()
    assert "<html" not in page
    assert 'id="bell-count" hx-swap-oob="true"' in page
    assert ">Bell: 1 need you<" in page
    assert "HX-Request" in answer.headers["Vary"]


def test_a_line_is_marked_read_and_only_ones_own(client, person):
    other = make_user()
    ring(person, "a")
    ring(other, "b")
    client.post("/bell/read/", {"id": list(BellItem.objects.values_list("pk", flat=True))})
    assert bell.unread(person.pk) == []
    assert len(bell.unread(other.pk)) == 1


@pytest.mark.parametrize("ids", [["x"], ["-1"], ["9" * 30], ["²"], []])
def test_nonsense_marks_nothing(client, person, ids):
    ring(person)
    assert client.post("/bell/read/", {"id": ids}).status_code == 302
    assert len(bell.unread(person.pk)) == 1


def test_all_lines_are_marked_read(client, person):
    ring(person, "a")
    ring(person, "b")
    client.post("/bell/read/", {"all": "1"})
    assert bell.unread(person.pk) == []


def test_changing_anything_needs_the_forms_token():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user())
    for path in ("/me/", "/me/preferences/", "/bell/read/"):
        assert browser.post(path, {"all": "1"}).status_code == 403


def test_times_are_shown_in_the_persons_zone(client, person):
    ring(person)
    BellItem.objects.update(created_at="2026-11-20T12:00:00Z")
    User.objects.update(time_zone="Asia/Tokyo")
    assert "21:00" in client.get("/bell/").content.decode()


def test_visitors_read_their_browsers_language(client):
    answer = client.get("/accounts/login/", headers={"accept-language": "de"})
    assert answer.headers["Content-Language"] == "de"
    assert 'lang="de"' in answer.content.decode()

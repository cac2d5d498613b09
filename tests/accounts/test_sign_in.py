"""Signing in: open to people we added, slow for guessers, silent about who exists."""

import os
import re
import subprocess
import sys

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.make import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_tried")]
LOGIN = "/accounts/login/"
PASSWORD = "correct horse battery staple"  # of tests.make


def sign_in(name: str, password: str = PASSWORD, client: Client | None = None, **extra):
    return (client or Client()).post(LOGIN, {"login": name, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_person_signs_in_and_lands_where_they_wanted_to_go(client):
    make_user("maya")
    answer = client.post(f"{LOGIN}?next=/me/", {"login": "maya", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/")
    assert client.get("/me/").status_code == 200


def test_signing_in_never_leads_to_a_foreign_site(client):
    make_user("maya")
    answer = client.post(f"{LOGIN}?next=https://evil.example/", {"login": "maya", "password": PASSWORD})
    assert answer.headers["Location"] == "/"


def test_the_e_mail_address_signs_in_too(client):
    make_user("maya", email="maya@example.test")
    sign_in("maya@example.test", client=client)
    assert signed_in(client)


def test_who_left_cannot_sign_in(client):
    make_user("maya", is_active=False)
    sign_in("maya", client=client)
    assert not signed_in(client)


def test_an_unknown_name_and_a_wrong_password_look_alike():
    make_user("maya")
    bodies = []
    for name in ("maya", "nobody"):
        answer = sign_in(name, "wrong", Client())
        body = answer.content.decode().partition("<main")[2].replace(name, "NAME")
        bodies.append((answer.status_code, re.sub(r'csrfmiddlewaretoken" value="\w+"', "", body)))
    assert bodies[0] == bodies[1]


def test_an_unknown_name_costs_a_password_hash_too(monkeypatch):
    """The time of the answer must not tell who exists: both ways hash once."""
    make_user("maya")
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(args[1]) or encode(*args))
    for name in ("nobody", "maya"):
        hashed.clear()
        sign_in(name, "wrong")
        assert hashed == ["wrong"]


def test_after_five_wrong_guesses_even_the_right_password_is_refused(client):
    make_user("maya")
    for _guess in range(5):
        sign_in("maya", "wrong")
    sign_in("maya", client=client)
    assert not signed_in(client)
    make_user("pedro")
    sign_in("pedro", client=client)
    assert signed_in(client), "the limit is per name"


@pytest.mark.parametrize("spelling", ["MAYA", " maya ", "Maya"])
def test_another_spelling_or_host_port_gives_no_new_guesses(client, settings, spelling):
    settings.ALLOWED_HOSTS = ["testserver"]
    make_user("maya")
    for guess in range(5):
        sign_in(spelling, "wrong", headers={"host": f"testserver:{1000 + guess}"})
    sign_in("maya", client=client)
    assert not signed_in(client)


def test_ten_wrong_guesses_from_one_address_end_its_guessing():
    for guess in range(10):
        sign_in(f"name{guess}", "wrong")
    make_user("maya")
    client = Client()
    sign_in("maya", client=client)
    assert not signed_in(client)
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    sign_in("maya", client=elsewhere)
    assert signed_in(elsewhere)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_one_process_count_in_every_process(settings):
    make_user("maya")
    guess_elsewhere(settings.DATABASES["default"], guesses=5)
    client = Client(REMOTE_ADDR="203.0.113.9")
    sign_in("maya", client=client)
    assert not signed_in(client)


def guess_elsewhere(database: dict, guesses: int) -> None:
    """Wrong guesses in a Python process of its own, against this test's database."""
    code = f"""
import django; django.setup()
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = ["testserver"]
settings.DATABASES["default"]["NAME"] = {database["NAME"]!r}
for _ in range({guesses}):
    Client().post({LOGIN!r}, {{"login": "maya", "password": "wrong"}})
"""
    subprocess.run(
        [sys.executable, "-c", code], check=True, env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    )


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_request_login_code", "socialaccount_connections"]
)
def test_what_is_not_offered_has_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_sign_in_page_offers_no_account(client):
    make_user()
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert "signup" not in page.content.decode()


def test_an_empty_console_says_how_the_first_admin_is_made(client):
    assert "/first-run/" in client.get(LOGIN).content.decode()
    make_user()
    assert "/first-run/" not in client.get(LOGIN).content.decode()


def test_the_administration_has_no_sign_in_page_of_its_own(client):
    answer = client.get("/admin/login/?next=/admin/")
    assert answer.headers["Location"].startswith(LOGIN)
    assert client.post("/admin/login/", {"username": "maya", "password": PASSWORD}).status_code == 302
    assert not signed_in(client)


def test_signing_out_needs_a_post(client):
    client.force_login(make_user())
    client.get("/accounts/logout/")
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert not signed_in(client)


def test_a_changed_password_ends_other_sessions(client):
    person = make_user("maya")
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(person)
    new = "a much better passphrase"
    answer = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.headers["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302

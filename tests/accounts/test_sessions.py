"""The list of one's own sessions: everywhere somebody is signed in, to look at and to end."""

import logging

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.accounts.signing_in import PASSWORD, grow_stale, sign_in, signed_in
from tests.make import make_user

pytestmark = pytest.mark.usefixtures("nobody_tried")

SESSIONS = "/me/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def browsers(db) -> list[Client]:
    """Three of maya's, each signed in by the form."""
    make_user("maya")
    browsers = [Client(headers={"User-Agent": FIREFOX}) for _number in range(3)]
    for browser in browsers:
        sign_in("maya", client=browser)
    return browsers


def test_the_list_names_every_browser_and_marks_this_one(browsers):
    page = browsers[0].get(SESSIONS).content.decode()
    assert page.count("Firefox on Windows</h2>") == 3
    assert page.count("This browser") == 1


def test_one_session_is_ended_and_the_others_go_on(browsers):
    row = UserSession.objects.get(session_key=browsers[1].session.session_key)
    browsers[0].post(f"{SESSIONS}{row.pk}/end/")
    assert [browser.get("/me/").status_code for browser in browsers] == [200, 302, 200]


def test_all_others_are_ended_at_once(browsers):
    browsers[0].post(f"{SESSIONS}end-others/")
    assert [browser.get("/me/").status_code for browser in browsers] == [200, 302, 302]


def test_nobody_ends_the_session_of_another(browsers, client):
    client.force_login(make_user("sam"))
    row = UserSession.objects.get(session_key=browsers[1].session.session_key)
    assert client.post(f"{SESSIONS}{row.pk}/end/").status_code == 404
    client.post(f"{SESSIONS}end-others/")
    assert browsers[1].get("/me/").status_code == 200


def test_changing_the_password_ends_the_others(browsers):
    new = "a much better passphrase"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    browsers[0].post("/accounts/password/change/", data)
    assert [browser.get("/me/").status_code for browser in browsers] == [200, 302, 302]
    assert browsers[0].get(SESSIONS).content.decode().count("</h2>") == 1 + page_headings()


def page_headings() -> int:
    """Headings of second order that the frame of every page brings."""
    client = Client()
    client.force_login(make_user("other"))
    return client.get("/me/sessions/").content.decode().count("</h2>") - 1


def test_a_session_in_use_is_noted_every_five_minutes_and_else_costs_nothing(browsers):
    seen = UserSession.objects.get(session_key=browsers[0].session.session_key)
    with CaptureQueriesContext(connection) as work:
        browsers[0].get("/me/")
    assert not [query for query in work if "usersession" in query["sql"]]
    session = browsers[0].session
    session["seen_at"] -= 301
    session.save()
    browsers[0].get("/me/")
    assert UserSession.objects.get(pk=seen.pk).last_seen_at > seen.last_seen_at


def test_changing_the_address_for_mails_asks_again_who_it_is(browsers):
    grow_stale(browsers[0])
    fields = {
        "first_name": "M",
        "last_name": "",
        "language": "en",
        "time_zone": "Europe/Berlin",
        "email": "x@example.test",
    }
    assert browsers[0].post("/me/", fields).headers["Location"].startswith("/accounts/confirm/")
    assert browsers[0].post("/me/", fields | {"email": "maya@example.test"}).headers["Location"] == "/me/"


def test_the_log_says_what_happened_and_holds_no_secret(caplog, db):
    maya = make_user("maya")
    with caplog.at_level(logging.INFO, "accounts.sign_in"):
        sign_in("maya", "wrong-secret")
        browser = Client()
        sign_in("maya", client=browser)
        browser.post(f"{SESSIONS}end-others/")
        browser.post("/accounts/logout/")
    events = [(record.event, record.person) for record in caplog.records]
    assert events == [("refused", None), ("signed_in", maya.pk), ("sessions_ended", maya.pk), ("signed_out", maya.pk)]
    assert "address=127.0.0.1" in caplog.text
    assert not any(secret in caplog.text for secret in ("wrong-secret", PASSWORD, "maya@"))
    assert not signed_in(browser)

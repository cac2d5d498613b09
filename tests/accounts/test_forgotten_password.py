"""A forgotten password: the same answer and the same work whether the address is known, and a link that works once."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import mails
from accounts.models import SignInMail, User
from tests.accounts.signing_in import PASSWORD, body, give_app, sign_in, signed_in
from tests.make import make_user

pytestmark = pytest.mark.usefixtures("nobody_tried")

FORGOTTEN = "/accounts/password/forgotten/"
NEW = "a much better passphrase"


def ask(email: str, client: Client | None = None, **extra):
    return (client or Client()).post(FORGOTTEN, {"email": email}, **extra)


def link_in_mail() -> str:
    mails.send_due()
    return re.search(r"http://testserver(/accounts/password/new/\S+)", mail.outbox[-1].body)[1]


@pytest.fixture(autouse=True)
def reachable(settings):
    settings.PUBLIC_URL = "http://testserver"


def set_new(client: Client, link: str):
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})


def test_a_known_and_an_unknown_address_cost_the_same_and_look_the_same():
    make_user("maya", email="maya@example.test")
    ask("somebody@example.test")  # so that this address is counted already
    seen = []
    for email in ("maya@example.test", "nobody@example.test"):
        with CaptureQueriesContext(connection) as work:
            answer = ask(email, follow=True)
        shapes = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in work]
        seen.append((answer.status_code, body(answer), shapes))
    assert seen[0] == seen[1]
    assert SignInMail.objects.count() == 3


def test_only_people_are_written_to_in_their_language():
    make_user("maya", email="maya@example.test", language="de")
    ask("nobody@example.test")
    ask("MAYA@example.test")
    mails.send_due()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["maya@example.test"], "Neues Passwort setzen")
    assert not SignInMail.objects.exists()


@pytest.mark.parametrize("fields", [{"is_active": False}, {"password": "!"}])
def test_who_left_or_signs_in_elsewhere_gets_no_mail(fields):
    person = make_user("maya", email="maya@example.test")
    User.objects.filter(pk=person.pk).update(**fields)
    ask("maya@example.test")
    mails.send_due()
    assert not mail.outbox


def test_the_link_sets_a_password_once_and_ends_every_session(client):
    person = make_user("maya", email="maya@example.test")
    elsewhere = Client()
    elsewhere.force_login(person)
    ask("maya@example.test")
    link = link_in_mail()
    assert set_new(client, link).status_code == 302
    assert elsewhere.get("/me/").status_code == 302
    assert sign_in("maya", NEW, client).status_code == 302
    assert signed_in(client)
    assert "does not work any more" in Client().get(link, follow=True).content.decode()


def test_a_new_password_is_no_way_around_the_second_factor(client):
    person = make_user("maya", email="maya@example.test")
    give_app(person)
    ask("maya@example.test")
    set_new(client, link_in_mail())
    assert sign_in("maya", NEW, client).headers["Location"].startswith("/accounts/second-factors/code/")
    assert not signed_in(client)


def test_an_address_and_a_caller_get_few_mails_alike():
    make_user("maya", email="maya@example.test")
    for email in ("maya@example.test", "nobody@example.test"):
        codes = [ask(email, REMOTE_ADDR=f"203.0.113.{number}").status_code for number in range(4)]
        assert codes == [302, 302, 302, 429]


def test_a_mail_server_that_refuses_is_asked_again_later(settings):
    make_user("maya", email="maya@example.test")
    ask("maya@example.test")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert mails.send_due() == 1
    row = SignInMail.objects.get()
    assert (row.attempts, row.next_attempt_at > row.created_at) == (1, True)


def test_a_changed_address_is_told_to_the_old_one(client):
    person = make_user("maya", email="maya@example.test")
    client.force_login(person)
    fields = {"first_name": "", "last_name": "", "language": "en", "time_zone": "Europe/Berlin"}
    client.post("/me/", fields | {"email": "new@example.test"})
    mails.send_due()
    (sent,) = mail.outbox
    assert sent.to == ["maya@example.test"]


def test_a_changed_password_is_told_and_wrong_ones_end_the_guessing(client):
    person = make_user("maya", email="maya@example.test")
    client.force_login(person)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert SignInMail.objects.get().what == "password_changed"
    codes = [client.post("/accounts/password/change/", {"oldpassword": "x"}).status_code for _guess in range(6)]
    assert codes[-1] == 429

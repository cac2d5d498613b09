"""API tokens open the API for their owner until they are revoked, expire, or the owner leaves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ApiToken
from accounts.tokens import issue_token
from tests.make import make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/live-token/"


def call(client, token: str):
    return client.post(URL, headers={"authorization": f"Bearer {token}"})


def test_a_token_opens_the_api_and_notes_its_use(client, maya):
    row, token = issue_token(maya, "script")
    assert call(client, token).status_code == 200
    row.refresh_from_db()
    assert row.last_used_at is not None


def test_only_a_digest_is_kept():
    row, token = issue_token(make_user(), "script")
    kept = ApiToken.objects.filter(pk=row.pk).values().get()
    assert not any(token in str(value) or token[4:] in str(value) for value in kept.values())


def test_two_tokens_differ():
    person = make_user()
    assert issue_token(person, "a")[1] != issue_token(person, "b")[1]


@pytest.mark.parametrize("token", ["", "wrong", "lst_", "lst_\xff", "a" * 5000])
def test_a_wrong_token_is_refused_as_a_problem(client, token):
    answer = call(client, token)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_revoked_token_is_refused_and_keeps_its_first_revocation(client):
    row, token = issue_token(make_user(), "script")
    assert ApiToken.objects.filter(pk=row.pk).revoke() == 1
    row.refresh_from_db()
    first = row.revoked_at
    assert ApiToken.objects.filter(pk=row.pk).revoke() == 0
    row.refresh_from_db()
    assert row.revoked_at == first
    assert call(client, token).status_code == 401


def test_an_expired_token_is_refused(client):
    _row, token = issue_token(make_user(), "script", expires_at=timezone.now() - timedelta(seconds=1))
    assert call(client, token).status_code == 401


def test_a_token_of_somebody_who_left_is_refused(client):
    person = make_user()
    _row, token = issue_token(person, "script")
    person.is_active = False
    person.save()
    assert call(client, token).status_code == 401


def test_a_busy_token_writes_its_use_once_a_minute(client):
    row, token = issue_token(make_user(), "script")
    call(client, token)
    row.refresh_from_db()
    first = row.last_used_at
    with CaptureQueriesContext(connection) as queries:
        call(client, token)
    row.refresh_from_db()
    assert row.last_used_at == first
    assert not [query for query in queries if 'UPDATE "accounts_apitoken"' in query["sql"]]


def test_without_a_token_or_session_the_api_refuses(client):
    assert client.post(URL).status_code == 401


def test_a_browser_session_needs_the_csrf_token():
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user())
    assert browser.post(URL).status_code == 403

"""People make the tokens of their programs themselves, see how they are used, and close them."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.forms import TokenForm
from accounts.models import ApiToken
from accounts.tokens import issue_token

TOKENS = "/me/tokens/"
WANTED = {"name": "Nightly export", "scopes": ["read"], "lasts": "30"}


@pytest.fixture
def browser(client, maya) -> Client:
    client.force_login(maya)
    return client


def test_a_token_is_shown_once_and_opens_what_it_was_made_for(browser, maya):
    answer = browser.post(TOKENS, WANTED)
    token = re.search(r"lst_[\w-]+", answer.content.decode()).group()
    row = maya.api_tokens.get()
    assert (row.name, row.scopes) == ("Nightly export", ["read"])
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    assert "no-store" in answer.headers["Cache-Control"]
    assert token not in browser.get(TOKENS).content.decode()
    headers = {"authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/mentions/", headers=headers).status_code == 200
    assert Client().post("/api/v1/mentions/", headers=headers, content_type="application/json").status_code == 403


def test_a_token_may_last_until_it_is_revoked(browser, maya):
    browser.post(TOKENS, WANTED | {"lasts": "0"})
    assert maya.api_tokens.get().expires_at is None


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 101}, {"scopes": []}, {"scopes": ["root"]}, {"lasts": "9999"}]
)
def test_what_cannot_be_is_said_at_its_field(browser, wrong):
    answer = browser.post(TOKENS, WANTED | wrong)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)
    assert not ApiToken.objects.exists()


def test_nobody_collects_tokens(browser, maya, monkeypatch):
    monkeypatch.setattr(TokenForm, "MOST", 1)
    issue_token(maya, "one")
    assert browser.post(TOKENS, WANTED).status_code == 422
    assert maya.api_tokens.count() == 1


def test_ones_own_token_is_revoked_for_good_and_stays_visible(browser, maya):
    row, token = issue_token(maya, "Old script")
    assert browser.post(f"{TOKENS}{row.pk}/revoke/", follow=True).status_code == 200
    assert Client().get("/api/v1/channels/", headers={"authorization": f"Bearer {token}"}).status_code == 401
    page = browser.get(TOKENS)
    assert (page.context["usable"], [each.pk for each in page.context["closed"]]) == ([], [row.pk])
    assert "Old script" in page.content.decode()


def test_nobody_sees_or_revokes_the_token_of_another(browser, pedro):
    row, _token = issue_token(pedro, "Pedro's script")
    assert "Pedro" not in browser.get(TOKENS).content.decode()
    assert browser.post(f"{TOKENS}{row.pk}/revoke/").status_code == 404
    row.refresh_from_db()
    assert row.revoked_at is None


def test_revoking_needs_a_form_of_ours(maya):
    row, _token = issue_token(maya, "script")
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(maya)
    assert stranger.get(f"{TOKENS}{row.pk}/revoke/").status_code == 405
    assert stranger.post(f"{TOKENS}{row.pk}/revoke/").status_code == 403

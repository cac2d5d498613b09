"""Single sign-on against a real little provider: it says who somebody is, and never what they may do."""

from collections.abc import Iterator

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.models import User
from config import environment
from tests.accounts.oidc_provider import CLIENT, SECRET, Provider, running_provider
from tests.accounts.signing_in import LOGIN, PASSWORD, give_app, sign_in, signed_in
from tests.make import make_role

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.oidc_urls")]
START = "/accounts/sso/oidc/"
BACK = "/accounts/sso/oidc/back/"
MAYA = {"sub": "4711", "email": "maya@example.test", "email_verified": True, "preferred_username": "m.okafor"}


@pytest.fixture
def provider(settings, monkeypatch) -> Iterator[Provider]:
    cache.clear()
    with running_provider() as running:
        values = ("Brauhell ID", running.address, CLIENT, SECRET)
        for name, value in zip(environment.SINGLE_SIGN_ON, values, strict=True):
            monkeypatch.setenv(name, value)
        settings.SINGLE_SIGN_ON = environment.single_sign_on()
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [settings.SINGLE_SIGN_ON]}}
        settings.OUTBOUND_ALLOW = [running.address.removeprefix("http://")]
        yield running


def arrive(provider: Provider, client: Client, **claims: object):
    """From our sign-in page to the provider and back."""
    sent = client.post(START)
    assert sent.headers["Location"].startswith(f"{provider.address}/authorization?")
    return client.get(BACK, provider.vouch(sent.headers["Location"], **MAYA | claims))


def test_the_sign_in_page_offers_it_and_its_policy_lets_the_form_go_there(client, provider, maya):
    page = client.get(LOGIN)
    assert "Sign in with Brauhell ID" in page.content.decode()
    policy = page.headers["Content-Security-Policy"]
    assert f"form-action 'self' {provider.address}" in policy
    assert provider.address not in client.get("/accounts/password/forgotten/").headers["Content-Security-Policy"]


def test_the_verified_address_of_an_account_signs_in_and_keeps_its_password(client, provider, maya):
    assert arrive(provider, client).status_code == 302
    assert signed_in(client)
    assert SocialAccount.objects.get(user=maya).uid == "4711"
    assert signed_in_by_password("maya")
    assert [group.name for group in maya.groups.all()] == ["community_manager"]


def signed_in_by_password(name: str) -> bool:
    browser = Client()
    sign_in(name, PASSWORD, browser)
    return signed_in(browser)


def test_later_the_providers_number_is_enough_whatever_the_address(client, provider, maya):
    arrive(provider, Client())
    arrive(provider, client, email="elsewhere@example.test", email_verified=False)
    assert int(client.session["_auth_user_id"]) == maya.pk


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "stranger@example.test"},
        {"email": ""},
    ],
)
def test_nobody_else_gets_in_and_no_account_is_made(client, provider, maya, claims):
    answer = arrive(provider, client, **claims)
    assert (answer.status_code, signed_in(client)) == (403, False)
    assert "No account for this address" in answer.content.decode()
    assert User.objects.count() == 1


def test_who_left_does_not_come_back_this_way(client, provider, maya):
    User.objects.filter(pk=maya.pk).update(is_active=False)
    assert arrive(provider, client).status_code == 403
    assert not signed_in(client)


def test_an_invited_person_gets_what_the_invitation_says_and_nothing_more(client, provider, ada):
    groups = ada.groups.model.objects.filter(name="duty")
    roles = [make_role("legal")]
    invitations.invite("maya@example.test", "de", groups=groups, roles=roles, by=ada, now=timezone.now())
    arrive(provider, client, groups=["admin"], is_superuser=True)
    person = User.objects.get(email="maya@example.test")
    assert signed_in(client)
    assert (person.username, person.is_staff, person.is_superuser) == ("m.okafor", False, False)
    assert [group.name for group in person.groups.all()] == ["duty"]
    assert not person.has_usable_password()


def test_the_second_factor_is_asked_for_all_the_same(client, provider, maya):
    give_app(maya)
    assert arrive(provider, client).headers["Location"].startswith("/accounts/second-factors/code/")
    assert not signed_in(client)


def test_a_forged_state_and_a_broken_provider_end_on_a_page(client, provider, maya):
    client.post(START)
    assert client.get(BACK, {"code": "x", "state": "forged"}).status_code == 401
    sent = client.post(START)
    brought = provider.vouch(sent.headers["Location"], **MAYA)
    provider.is_broken = True
    answer = client.get(BACK, brought)
    assert answer.status_code == 502
    assert "Single sign-on did not work" in answer.content.decode()
    assert not signed_in(client)


def test_whoever_turns_back_stands_at_the_sign_in_page(client, provider, maya):
    sent = client.post(START)
    state = provider.vouch(sent.headers["Location"], **MAYA)["state"]
    assert client.get(BACK, {"error": "access_denied", "state": state}).headers["Location"] == LOGIN


def test_a_provider_in_our_own_network_needs_the_operators_word(client, provider, maya, settings):
    settings.OUTBOUND_ALLOW = []
    answer = client.post(START)
    assert "Single sign-on did not work" in answer.content.decode()
    assert not provider.asked


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OIDC_CLIENT_SECRET", "", "OIDC_CLIENT_SECRET is not set, but OIDC_NAME is."),
        ("OIDC_SERVER_URL", "nonsense", "OIDC_SERVER_URL must be an http or https address"),
        ("OIDC_SERVER_URL", "http://id.example.test", "OIDC_SERVER_URL must be an https address"),
    ],
)
def test_half_a_provider_stops_the_start(provider, monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=said):
        environment.single_sign_on()

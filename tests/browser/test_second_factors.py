"""Second factors in a real browser: a passkey made and used, an app set up by keyboard, and every page of signing in."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts import invitations
from accounts.invitation_links import token_of
from accounts.models import User
from tests.accounts.signing_in import PASSWORD, code, give_app
from tests.browser.checks import answered_with
from tests.make import make_role

pytestmark = pytest.mark.browser
FACTORS = "/accounts/second-factors/"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def forget_the_counts(transactional_db):
    cache.clear()


@contextmanager
def device(page: Page) -> Iterator[None]:
    """A fingerprint reader that says yes, built into this page's browser."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield
    tools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": made["authenticatorId"]})


def test_a_passkey_is_made_signs_in_alone_and_confirms(open_page, picture, pedro):
    page = open_page(FACTORS, pedro)
    with device(page):
        page.get_by_role("link", name="Add a passkey").click()
        page.watch.assert_well()
        page.get_by_label("Name").fill("My laptop")
        page.get_by_role("button", name="Add the passkey").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        page.watch.assert_well()
        page.goto(FACTORS)
        expect(page.get_by_role("heading", name="My laptop")).to_be_visible()
        expect(page.get_by_text("signs in without a password")).to_be_visible()
        page.watch.assert_well()
        picture(page, "second-factors-passkey")

        page.context.clear_cookies()
        page.goto("/accounts/login/?next=/me/")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
        page.goto(f"{FACTORS}passkeys/confirm/?next=/bell/")
        page.get_by_role("button", name="Confirm with a passkey").click()
        expect(page.get_by_role("heading", name="Bell", exact=True)).to_be_visible()
        page.watch.assert_well()


def test_a_passkey_of_nobody_is_refused_with_a_sentence(open_page, maya):
    page = open_page("/accounts/login/")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Cancelled, or it took too long")
    page.watch.assert_well()


def test_an_app_is_set_up_and_used_with_the_keyboard_alone(open_page, picture, pedro):
    page = open_page(f"{FACTORS}app/add/", pedro)
    page.watch.assert_well()
    picture(page, "second-factors-app")
    secret = page.locator("#totp-secret").text_content()
    page.get_by_label("Six digits").focus()
    page.keyboard.type(code(secret=secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/me/")
    page.get_by_label("User name or e-mail").focus()
    page.keyboard.type("pedro")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.watch.assert_well()
    picture(page, "second-factors-code")
    page.get_by_label("Code of your authenticator app").focus()
    page.keyboard.type(code(+1, secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your profile")).to_be_visible()


VISITED = (
    "/accounts/password/forgotten/",
    "/accounts/password/forgotten/sent/",
    "/accounts/password/new/1-x/",
    "/accounts/password/new/done/",
    "/accounts/inactive/",
)
OWN = (
    FACTORS,
    f"{FACTORS}recovery-codes/",
    f"{FACTORS}recovery-codes/new/",
    f"{FACTORS}app/remove/",
    f"{FACTORS}passkeys/add/",
    f"{FACTORS}confirm/",
    "/me/sessions/",
    "/accounts/confirm/",
)


def test_the_pages_of_a_visitor_are_well(show, show_all, transactional_db):
    show_all(VISITED)
    show("invitation-gone", "/invitation/no-such-link/", expecting=answered_with(404))


def test_the_pages_of_a_person_are_well(show_all, pedro, lea):
    give_app(pedro)
    RecoveryCodes.activate(pedro)
    show_all(OWN, pedro)
    show_all([f"{FACTORS}app/add/"], lea)


def test_the_pages_of_invitations_are_well(show_all, ada):
    invite(ada, "en")
    show_all(["/admin/accounts/invitation/", "/admin/accounts/invitation/add/"], ada)


def test_an_invitation_is_well(show, ada):
    invited = {language: invite(ada, language) for language in ("en", "de")}
    show("invitation", lambda look: invited[look[2]], at_least=4)


def invite(ada: User, language: str) -> str:
    groups = ada.groups.model.objects.filter(name="pr_lead")
    chosen = {"groups": groups, "roles": [make_role("pr_lead")], "by": ada, "now": timezone.now()}
    return f"/invitation/{token_of(invitations.invite(f'{language}@example.test', language, **chosen))}/"

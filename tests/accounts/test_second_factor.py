"""Second factors: who must have one, what a code opens, and that their secrets are not readable at rest."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import second_factor
from accounts.models import ApiToken, SignInMail, User
from accounts.scopes import every_scope
from accounts.tokens import digest_of, new_token
from tests.accounts.signing_in import LOGIN, PASSWORD, SECRET, code, give_app, grow_stale, sign_in, signed_in

pytestmark = pytest.mark.usefixtures("nobody_tried")

SET_UP = "/accounts/second-factors/"
CODE = "/accounts/second-factors/code/"


@pytest.fixture
def required(settings) -> None:
    settings.SECOND_FACTOR = "required"


def browser_of(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.mark.parametrize("path", ["/inbox/", "/me/", "/admin/", "/bell/", "/accounts/password/change/"])
def test_whoever_must_have_one_sets_it_up_before_anything_else(path, required, ada):
    assert browser_of(ada).get(path).headers.get("Location") == SET_UP


def test_a_fragment_leads_the_whole_page_there(required, pedro):
    answer = browser_of(pedro).get("/bell/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == SET_UP


def test_a_superuser_without_a_group_must_have_one_too(required, sam):
    User.objects.filter(pk=sam.pk).update(is_superuser=True)
    assert browser_of(sam).get("/me/").headers.get("Location") == SET_UP


def test_setting_up_leaving_and_public_pages_stay_open(required, pedro):
    browser = browser_of(pedro)
    for path in (SET_UP, f"{SET_UP}app/add/", f"{SET_UP}passkeys/add/", "/healthz"):
        assert browser.get(path).status_code == 200, path
    assert browser.get("/p/no-such-link/").status_code == 404, "the page of a link answers, whichever link it is"
    assert "Set one up to go on" in browser.get(SET_UP).content.decode()
    assert browser.post("/accounts/logout/").headers["Location"] == "/"


def test_whoever_need_not_or_has_one_goes_on(required, maya, lea, pedro):
    give_app(pedro)
    for person in (maya, lea, pedro):
        assert browser_of(person).get("/inbox/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(required, pedro):
    Authenticator.objects.create(user=pedro, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    assert second_factor.is_missing(pedro)


def test_switched_off_nobody_is_asked(settings, pedro):
    settings.SECOND_FACTOR = "optional"
    browser = browser_of(pedro)
    assert browser.get("/inbox/").status_code == 200
    assert "Optional on this console" in browser.get(SET_UP).content.decode()


def test_a_token_works_on_and_a_browser_at_the_api_does_not(required, pedro):
    token = new_token()
    ApiToken.objects.create(owner=pedro, name="x", digest=digest_of(token), scopes=every_scope())
    browser = browser_of(pedro)
    assert browser.get("/api/v1/mentions/").status_code == 403
    assert browser.get("/api/v1/mentions/", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_the_password_alone_does_not_sign_in_and_the_code_does(client, pedro):
    give_app(pedro)
    answer = sign_in("pedro", client=client)
    assert answer.headers["Location"].startswith(CODE)
    assert not signed_in(client)
    client.post(CODE, {"code": code()})
    assert signed_in(client)


def test_a_code_opens_once_even_while_it_is_still_right(pedro):
    give_app(pedro)
    used = code(+1)
    for may in (True, False):
        cache.delete(f"allauth.mfa.totp.used?user={pedro.pk}&code={used}")  # as allauth does after half a minute
        browser = Client()
        sign_in("pedro", client=browser)
        browser.post(CODE, {"code": used})
        assert signed_in(browser) is may


def test_after_five_wrong_codes_even_the_right_one_is_refused(pedro):
    give_app(pedro)
    browser = Client()
    sign_in("pedro", client=browser)
    for guess in range(5):
        browser.post(CODE, {"code": f"00000{guess}"}, REMOTE_ADDR=f"203.0.113.{guess}")
    browser.post(CODE, {"code": code()})
    assert not signed_in(browser)


def test_setting_up_an_app_gives_recovery_codes_and_each_opens_once(client, pedro, django_capture_on_commit_callbacks):
    client.force_login(pedro)
    page = client.get(f"{SET_UP}app/add/").content.decode()
    secret = re.search(r'id="totp-secret">(\w+)<', page)[1]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{SET_UP}app/add/", {"code": code(secret=secret)}, follow=True)
    codes = re.findall(r"^(?:<pre[^>]*>)?(\d{8})$", answer.content.decode(), re.MULTILINE)
    assert len(codes) == 10
    for may in (True, False):
        browser = Client()
        sign_in("pedro", client=browser)
        browser.post(CODE, {"code": codes[0]})
        assert signed_in(browser) is may
    assert SignInMail.objects.filter(person=pedro, what="totp_activated").exists()


def test_secrets_are_encrypted_at_rest(pedro):
    give_app(pedro)
    assert SECRET not in str(Authenticator.objects.values_list("data", flat=True).get())


def test_changing_a_second_factor_asks_again_who_it_is(client, pedro):
    give_app(pedro)
    client.force_login(pedro)
    grow_stale(client)
    for path in ("app/remove/", "passkeys/add/", "recovery-codes/", "recovery-codes/new/", "recovery-codes/file/"):
        assert "/accounts/confirm/?" in client.get(SET_UP + path).headers["Location"], path
    answer = client.post(f"/accounts/confirm/?next={SET_UP}app/remove/", {"password": PASSWORD})
    assert answer.headers["Location"] == f"{SET_UP}app/remove/"
    client.post(f"{SET_UP}app/remove/")
    assert not Authenticator.objects.filter(user=pedro).exists()


def test_nobody_touches_the_passkey_of_another(pedro, maya):
    row = Authenticator.objects.create(user=pedro, type="webauthn", data={"name": "Key", "credential": {}})
    for verb in ("remove", "rename"):
        assert browser_of(maya).post(f"{SET_UP}passkeys/{row.pk}/{verb}/", {"name": "x"}).status_code == 404
    row.refresh_from_db()
    assert row.data["name"] == "Key"


def test_an_admin_takes_lost_factors_away_and_the_person_is_told(ada, pedro):
    give_app(pedro)
    elsewhere = Client()
    sign_in("pedro", client=elsewhere)
    elsewhere.post(CODE, {"code": code()})
    assert signed_in(elsewhere)
    data = {"action": "remove_second_factors", "_selected_action": [pedro.pk]}
    browser_of(ada).post("/admin/accounts/user/", data)
    assert not Authenticator.objects.filter(user=pedro).exists()
    assert elsewhere.get("/me/").headers["Location"].startswith(LOGIN)
    assert SignInMail.objects.filter(person=pedro, what="factors_removed").exists()


def test_the_last_admin_is_helped_on_the_server(ada, capsys):
    give_app(ada)
    call_command("remove_second_factors", "ADA")
    assert not Authenticator.objects.filter(user=ada).exists()
    with pytest.raises(CommandError, match="Nobody is called"):
        call_command("remove_second_factors", "nobody")


def test_issuing_a_token_asks_again_who_it_is_and_revoking_does_not(client, pedro):
    client.force_login(pedro)
    row = ApiToken.objects.create(owner=pedro, name="x", digest=digest_of(new_token()))
    grow_stale(client)
    for answer in (client.get("/me/tokens/"), client.post("/me/tokens/", {"name": "y"})):
        assert answer.headers["Location"].startswith("/accounts/confirm/?")
    assert client.post(f"/me/tokens/{row.pk}/revoke/").headers["Location"] == "/me/tokens/"
    assert list(ApiToken.objects.usable()) == []


@pytest.mark.parametrize(
    "credential", ["", "nonsense", "[]", "{}", '{"id": "x", "response": {"userHandle": "MQ"}}', "null"]
)
def test_a_broken_passkey_is_refused_without_a_fault(client, pedro, credential):
    answer = client.post(f"{SET_UP}passkeys/sign-in/", {"credential": credential})
    assert (answer.status_code, signed_in(client)) == (302, False)

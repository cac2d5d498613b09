"""What decides who may see, who is called and which signature is believed asks first who is about to change it."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, Role, Unit, User
from accounts.tokens import issue_token
from monitoring.models import SigningSecret
from plumbing.standard_webhooks import new_secret
from tests.accounts.signing_in import PASSWORD, grow_stale
from tests.make import make_channel, make_holder, make_role, make_unit

ADDED = {
    "accounts_unit": {
        "name": "New", "slug": "new", "channels-TOTAL_FORMS": 0, "channels-INITIAL_FORMS": 0,
    },
    "accounts_role": {
        "slug": "new", "name_en": "New", "name_de": "Neu", "holders-TOTAL_FORMS": 0, "holders-INITIAL_FORMS": 0,
    },
    "accounts_user": {
        "username": "new", "password1": PASSWORD, "password2": PASSWORD,
    },
    "accounts_apitoken": {"name": "new", "scopes": ["read"]},
    "monitoring_signingsecret": {"use": "receive"},
}  # fmt: skip


@pytest.fixture
def stale(ada) -> Client:
    """ada's browser, an hour after she last proved who she is."""
    browser = Client()
    browser.force_login(ada)
    grow_stale(browser)
    return browser


def rows() -> list[int]:
    return [model.objects.count() for model in (Unit, Role, User, ApiToken, SigningSecret)]


def is_asked(answer) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/confirm/")


def confirm(browser: Client, asked) -> None:
    assert browser.post(asked.headers["Location"], {"password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("name", ADDED)
def test_nothing_is_added_before_the_person_confirmed_who_they_are(stale, maya, name):
    page, fields = reverse(f"admin:{name}_add"), ADDED[name]
    fields = fields | {"owner": maya.pk, "channel": make_channel("partner", kind="webhook").pk}
    before = rows()
    assert is_asked(stale.get(page)), "asked as the form opens, so that nothing typed is lost"
    asked = stale.post(page, fields)
    assert is_asked(asked)
    assert rows() == before
    confirm(stale, asked)
    assert stale.post(page, fields).status_code in {200, 302}, "some are shown once on the page that answers"
    assert sum(rows()) == sum(before) + 1


def test_a_unit_and_a_role_are_neither_changed_nor_deleted_before(stale):
    unit, role = make_unit(), make_role("archive")
    for name, row in (("accounts_unit", unit), ("accounts_role", role)):
        for act in ("change", "delete"):
            page = reverse(f"admin:{name}_{act}", args=[row.pk])
            assert is_asked(stale.post(page, {"post": "yes"}))
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        assert is_asked(stale.post(reverse(f"admin:{name}_changelist"), chosen))
        row.refresh_from_db()
    delete = reverse("admin:accounts_role_delete", args=[role.pk])
    confirm(stale, stale.post(delete, {"post": "yes"}))
    assert stale.post(delete, {"post": "yes"}).status_code == 302
    assert not Role.objects.filter(pk=role.pk).exists()


def test_a_role_is_handed_over_after_confirming(stale, maya):
    holder = make_holder("archive", maya)
    page = reverse("admin:accounts_role_change", args=[holder.role_id])
    fields = {"name_en": "Archive", "name_de": "Archiv", "holders-TOTAL_FORMS": 1, "holders-INITIAL_FORMS": 1}
    fields |= {"holders-0-id": holder.pk, "holders-0-role": holder.role_id, "holders-0-DELETE": "on"}
    asked = stale.post(page, fields)
    assert is_asked(asked)
    assert holder.role.holders.exists()
    confirm(stale, asked)
    assert stale.post(page, fields).status_code == 302
    assert not holder.role.holders.exists()


def test_a_secret_is_retired_and_a_token_revoked_after_confirming(stale, maya):
    secret = SigningSecret.objects.create(channel=make_channel("partner", kind="webhook"), value=new_secret())
    token, _shown = issue_token(maya, "script")
    acts = [("monitoring_signingsecret", "retire", secret), ("accounts_apitoken", "revoke", token)]
    for name, action, row in acts:
        asked = stale.post(reverse(f"admin:{name}_changelist"), {"action": action, "_selected_action": [row.pk]})
        assert is_asked(asked)
    assert SigningSecret.objects.to_receive().exists()
    confirm(stale, asked)
    for name, action, row in acts:
        stale.post(reverse(f"admin:{name}_changelist"), {"action": action, "_selected_action": [row.pk]})
    token.refresh_from_db()
    assert token.revoked_at
    assert not SigningSecret.objects.to_receive().exists()

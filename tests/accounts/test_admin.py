"""The administration of people, roles and tokens, as ada sees it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiToken, Role, RoleHolder, User
from tests.make import make_holder, make_role, make_unit, make_user

ADMIN = "/admin/accounts"


@pytest.fixture
def browser(ada) -> Client:
    browser = Client()
    browser.force_login(ada)
    return browser


def fields_of(answer) -> dict[str, str]:
    """What a person who changes nothing would send: every field of the admin form and of its inlines."""
    context = answer.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                values[field.html_name] = value
    return values


def change(browser: Client, path: str, **values):
    data = {name: value for name, value in (fields_of(browser.get(path)) | values).items() if value is not None}
    return browser.post(path, data)


def test_ada_adds_a_person_and_gives_them_a_group(browser):
    password = "a long enough passphrase"
    answer = browser.post(
        f"{ADMIN}/user/add/",
        {"username": "ines", "password1": password, "password2": password},
    )
    ines = User.objects.get(username="ines")
    assert answer.headers["Location"] == f"{ADMIN}/user/{ines.pk}/change/"
    group = browser.get(answer.headers["Location"]).context["adminform"].form.fields["groups"].choices[0][0]
    assert change(browser, f"{ADMIN}/user/{ines.pk}/change/", groups=[group.value]).status_code == 302
    assert ines.groups.count() == 1


def test_groups_are_named_for_people(browser, maya):
    assert "Community manager" in browser.get(f"{ADMIN}/user/{maya.pk}/change/").content.decode()


def test_ada_cannot_make_a_superuser(browser, maya):
    assert change(browser, f"{ADMIN}/user/{maya.pk}/change/", is_superuser="on").status_code == 302
    maya.refresh_from_db()
    assert not maya.is_superuser


def test_ada_cannot_change_a_superuser_nor_their_password(browser):
    root = make_user("root", is_superuser=True, is_staff=True)
    assert "adminform" in (page := browser.get(f"{ADMIN}/user/{root.pk}/change/")).context
    assert not page.context["has_change_permission"]
    assert browser.post(f"{ADMIN}/user/{root.pk}/change/", {"username": "mine"}).status_code == 403
    assert browser.get(f"{ADMIN}/user/{root.pk}/password/").status_code == 403


def test_nobody_makes_a_token_for_a_person_above_them(browser):
    root = make_user("root", is_superuser=True)
    answer = browser.post(f"{ADMIN}/apitoken/add/", {"owner": root.pk, "name": "mine", "scopes": ["read"]})
    assert answer.status_code == 200
    assert not ApiToken.objects.exists()


def test_a_token_is_shown_once_and_then_opens_the_api(browser, maya):
    answer = browser.post(f"{ADMIN}/apitoken/add/", {"owner": maya.pk, "name": "script", "scopes": ["read"]})
    token = re.search(r"lst_[\w-]+", answer.content.decode()).group()
    assert "no-store" in answer.headers["Cache-Control"]
    assert Client().post("/api/v1/live-token/", headers={"authorization": f"Bearer {token}"}).status_code == 200
    row = ApiToken.objects.get()
    for path in ("", f"{row.pk}/change/", f"{row.pk}/history/"):
        assert token not in browser.get(f"{ADMIN}/apitoken/{path}").content.decode()


def test_tokens_are_revoked_never_deleted(browser, maya):
    browser.post(f"{ADMIN}/apitoken/add/", {"owner": maya.pk, "name": "script", "scopes": ["read"]})
    row = ApiToken.objects.get()
    browser.post(f"{ADMIN}/apitoken/", {"action": "revoke", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.revoked_at is not None
    assert browser.post(f"{ADMIN}/apitoken/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_people_are_deactivated_never_deleted(browser, maya):
    assert browser.post(f"{ADMIN}/user/{maya.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_last_owner_cannot_be_taken_from_the_role(browser):
    owner = Role.objects.get(slug="owner")
    answer = change(browser, f"{ADMIN}/role/{owner.pk}/change/", **{"holders-0-DELETE": "on"})
    assert answer.status_code == 200
    assert "needs at least one active person" in answer.content.decode()
    assert owner.holders.count() == 1


def test_an_owner_may_hand_over_in_one_step(browser, maya):
    owner = Role.objects.get(slug="owner")
    new = {"holders-1-person": maya.pk, "holders-1-position": 1}
    assert change(browser, f"{ADMIN}/role/{owner.pk}/change/", **{"holders-0-DELETE": "on"}, **new).status_code == 302
    assert [holder.person for holder in owner.holders.all()] == [maya]


def test_handing_over_to_somebody_who_left_is_refused(browser):
    owner = Role.objects.get(slug="owner")
    gone = make_user(is_active=False)
    new = {"holders-1-person": gone.pk, "holders-1-position": 1}
    assert change(browser, f"{ADMIN}/role/{owner.pk}/change/", **{"holders-0-DELETE": "on"}, **new).status_code == 200


def test_other_roles_may_become_empty(browser, maya):
    role = Role.objects.get(slug="social_lead")
    assert change(browser, f"{ADMIN}/role/{role.pk}/change/", **{"holders-0-DELETE": "on"}).status_code == 302
    assert not role.holders.exists()


def test_the_role_owner_cannot_be_deleted(browser):
    owner = Role.objects.get(slug="owner")
    assert browser.post(f"{ADMIN}/role/{owner.pk}/delete/", {"post": "yes"}).status_code == 403
    browser.post(f"{ADMIN}/role/", {"action": "delete_selected", "_selected_action": [owner.pk], "post": "yes"})
    assert Role.objects.filter(slug="owner").exists()
    other = make_role("archive")
    assert browser.post(f"{ADMIN}/role/{other.pk}/delete/", {"post": "yes"}).status_code == 302


def test_the_last_owner_cannot_be_deactivated(browser, ada):
    answer = change(browser, f"{ADMIN}/user/{ada.pk}/change/", is_active=None)
    assert "last person with the role Owner" in answer.content.decode()
    ada.refresh_from_db()
    assert ada.is_active
    make_holder("owner", make_user("ben"))
    assert change(browser, f"{ADMIN}/user/{ada.pk}/change/", is_active=None).status_code == 302


def test_the_list_of_roles_says_who_is_called_at_the_same_cost_for_few_and_many(browser):
    costs = []
    for number in range(4):
        make_holder(f"role{number}", make_user(f"holder{number}"))
        make_holder(f"role{number}", make_user(f"deputy{number}"))
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(f"{ADMIN}/role/").content.decode()
        costs.append(len(queries))
    assert len(set(costs[1:])) == 1
    assert "holder3" in page
    assert "deputy3" in page


def test_the_lists_and_forms_open(browser, maya):
    unit = make_unit()
    holder = RoleHolder.objects.first()
    for path in (
        "user/",
        "user/?q=may",
        "user/add/",
        f"user/{maya.pk}/change/",
        "unit/",
        f"unit/{unit.pk}/change/",
        "role/",
        f"role/{holder.role_id}/change/",
        "apitoken/",
        "apitoken/add/",
    ):
        assert browser.get(f"{ADMIN}/{path}").status_code == 200, path


def test_the_groups_rights_are_code_not_content(browser):
    assert browser.get("/admin/auth/group/").status_code == 404


@pytest.mark.parametrize("name", ["maya", "lea", "sam"])
def test_who_is_no_administrator_gets_no_page(name, request):
    browser = Client()
    browser.force_login(request.getfixturevalue(name))
    for path in ("/admin/", f"{ADMIN}/user/", f"{ADMIN}/apitoken/add/"):
        answer = browser.get(path)
        assert answer.status_code in {302, 403}
        if answer.status_code == 302:
            assert browser.get(answer.headers["Location"]).status_code == 403

"""Invitations: made by an admin, good once, for a week, and only by the link of the last mail."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import invitations
from accounts.invitation_links import token_of
from accounts.mails import send_due
from accounts.models import Invitation, Role, User
from tests.accounts.signing_in import LOGIN, body, grow_stale, signed_in
from tests.make import make_role, make_user

pytestmark = pytest.mark.usefixtures("nobody_tried")

ADMIN = "/admin/accounts/invitation/"
CHOSEN = {
    "first_name": "Ines", "last_name": "Berg", "username": "ines", "password": "four words are enough",
    "password_again": "four words are enough", "language": "de", "time_zone": "Europe/Vienna",
}  # fmt: skip


@pytest.fixture
def browser(ada) -> Client:
    browser = Client()
    browser.force_login(ada)
    return browser


@pytest.fixture
def invited(ada) -> Invitation:
    return invite(ada)


def invite(ada: User, email: str = "ines@example.test", group: str = "pr_lead") -> Invitation:
    groups = ada.groups.model.objects.filter(name=group)
    roles = [make_role("pr_lead")]
    return invitations.invite(email, "de", groups=groups, roles=roles, by=ada, now=timezone.now())


def link(invitation: Invitation) -> str:
    invitation.refresh_from_db()
    return f"/invitation/{token_of(invitation)}/"


def group_number(browser: Client, name: str) -> str:
    choices = browser.get(f"{ADMIN}add/").context["adminform"].form.fields["groups"].choices
    return next(value.value for value, label in choices if label == name)


def test_an_admin_invites_and_the_mail_speaks_the_chosen_language(browser, ada):
    role = make_role("legal")
    data = {
        "email": "ines@example.test",
        "language": "de",
        "groups": [group_number(browser, "PR lead")],
        "roles": [role.pk],
    }
    assert browser.post(f"{ADMIN}add/", data).status_code == 302
    send_due()
    (sent,) = mail.outbox
    assert sent.to == ["ines@example.test"]
    assert re.search(r"http\S+/invitation/\S+/", sent.body)
    row = Invitation.objects.get()
    assert (row.invited_by, row.sent_at is not None, list(row.roles.all())) == (ada, True, [role])
    assert "ines@example.test" in browser.get(ADMIN).content.decode()


def test_whoever_accepts_gets_what_was_chosen_and_is_signed_in(client, invited):
    assert client.get(link(invited)).status_code == 200
    answer = client.post(link(invited), CHOSEN)
    assert (answer.status_code, signed_in(client)) == (302, True)
    ines = User.objects.get(username="ines")
    assert (ines.email, ines.language, ines.time_zone) == ("ines@example.test", "de", "Europe/Vienna")
    assert [group.name for group in ines.groups.all()] == ["pr_lead"]
    assert not ines.is_staff
    assert Role.objects.get(slug="pr_lead").people.last() == ines
    invited.refresh_from_db()
    assert (invited.state(timezone.now()), invited.person) == ("accepted", ines)


def test_an_invited_admin_may_open_the_administration(client, ada):
    client.post(link(invite(ada, group="admin")), CHOSEN)
    assert client.get("/admin/").status_code == 200


def test_nobody_takes_more_than_the_invitation_says(client, invited):
    client.post(
        link(invited), CHOSEN | {"is_superuser": "on", "is_staff": "on", "groups": "1", "email": "x@example.test"}
    )
    ines = User.objects.get(username="ines")
    assert (ines.is_superuser, ines.is_staff, ines.email) == (False, False, "ines@example.test")


def test_a_new_pr_lead_sets_up_a_second_factor_first(client, invited, settings):
    settings.SECOND_FACTOR = "required"
    client.post(link(invited), CHOSEN)
    assert client.get("/inbox/").headers["Location"] == "/accounts/second-factors/"


def test_every_link_that_does_not_work_looks_the_same(invited, ada):
    """Used, withdrawn, replaced by a newer mail, too old, forged: a stranger learns nothing."""
    addresses = {name: invite(ada, f"{name}@example.test") for name in ("used", "withdrawn", "replaced", "old")}
    links = {name: link(invitation) for name, invitation in addresses.items()} | {"forged": "/invitation/no-such/"}
    Client().post(links["used"], CHOSEN)
    invitations.withdraw(addresses["withdrawn"].pk, timezone.now())
    invitations.send_again(addresses["replaced"].pk, timezone.now())
    Invitation.objects.filter(pk=addresses["old"].pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    for method in ("get", "post"):
        answers = [getattr(Client(), method)(path) for path in links.values()]
        assert {answer.status_code for answer in answers} == {404}
        assert len({body(answer) for answer in answers}) == 1
    assert Client().get(link(addresses["replaced"])).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "MAYA"),
        ("username", "no spaces"),
        ("password", "short"),
        ("password_again", "another one"),
        ("time_zone", "Mars/Base"),
        ("language", "xx"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(client, invited, field, value):
    make_user("maya")
    answer = client.post(link(invited), CHOSEN | {field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not User.objects.filter(email="ines@example.test").exists()


def test_an_address_is_not_invited_twice_nor_when_it_has_an_account(browser, invited, maya):
    group = group_number(browser, "PR lead")
    for email in ("INES@example.test", maya.email.upper()):
        answer = browser.post(f"{ADMIN}add/", {"email": email, "language": "en", "groups": [group]})
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors
    assert Invitation.objects.count() == 1


def test_an_admin_sends_again_and_withdraws(browser, invited):
    before = link(invited)
    browser.post(ADMIN, {"action": "send_again", "_selected_action": [invited.pk]})
    assert link(invited) != before
    browser.post(ADMIN, {"action": "withdraw", "_selected_action": [invited.pk]})
    invited.refresh_from_db()
    assert invited.state(timezone.now()) == "withdrawn"
    browser.post(ADMIN, {"action": "send_again", "_selected_action": [invited.pk]})
    assert Client().get(link(invited)).status_code == 404


@pytest.mark.parametrize("path", [f"{ADMIN}add/", "/admin/accounts/user/add/", "/admin/accounts/apitoken/add/"])
def test_weighty_pages_of_the_administration_ask_again_who_it_is(browser, path):
    grow_stale(browser)
    assert browser.get(path).headers["Location"].startswith("/accounts/confirm/?next=")
    answer = browser.post(path, {"email": "x@example.test"}, headers={"Referer": f"http://testserver{path}"})
    assert answer.headers["Location"].startswith("/accounts/confirm/?next=%2Fadmin")


def test_changing_a_person_asks_again_and_looking_at_the_list_does_not(browser, maya):
    grow_stale(browser)
    assert browser.get("/admin/accounts/user/").status_code == 200
    for page in ("change/", "password/"):
        assert (
            browser.get(f"/admin/accounts/user/{maya.pk}/{page}").headers["Location"].startswith("/accounts/confirm/")
        )


@pytest.mark.parametrize("person", ["maya", "pedro", "lea", "sam"])
def test_only_admins_invite(person, request):
    browser = Client()
    browser.force_login(request.getfixturevalue(person))
    assert browser.get(f"{ADMIN}add/").status_code in (302, 403)
    assert browser.get(ADMIN).status_code in (302, 403)


def test_guessing_at_links_ends(client):
    codes = [client.get(f"/invitation/guess-{number}/").status_code for number in range(3)]
    assert codes == [404, 404, 404]
    sent = [client.post(f"/invitation/guess-{number}/").status_code for number in range(21)]
    assert sent[-1] == 429


def test_the_sign_in_page_of_an_accepted_person_is_the_usual_one(client, invited):
    client.post(link(invited), CHOSEN)
    other = Client()
    other.post(LOGIN, {"login": "ines@example.test", "password": CHOSEN["password"]})
    assert signed_in(other)

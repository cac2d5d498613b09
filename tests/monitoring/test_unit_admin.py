"""An administrator of a unit sees its rows and its people in the administration, and gets no further from there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.invitations import accept, invite
from accounts.models import ApiToken, Invitation, Unit, User
from accounts.tokens import issue_token
from crisis.models import ContactMethod
from monitoring.models import Channel
from tests.crisis.make import make_contact, make_escalation
from tests.make import make_channel, make_mention, make_unit, make_user
from tests.monitoring.test_admin import channel_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def divided(ada, maya, pedro, lea):
    """ada and maya work in Germany, lea abroad, pedro for all."""
    make_channel("forum", unit=make_unit("germany"))
    make_channel("press", unit=make_unit("international"))
    make_unit("germany").members.add(ada, maya)
    make_unit("international").members.add(lea)
    Unit.objects.create(slug="central", name="Central", is_central=True).members.add(pedro)


@pytest.fixture
def desk(client, ada, divided):
    client.force_login(ada)
    return client


def listed(desk, name: str) -> list:
    return list(desk.get(reverse(f"admin:{name}_changelist")).context["cl"].queryset)


def person_fields(person: User, **changes) -> dict:
    return {
        "username": person.username,
        "language": "en",
        "time_zone": "Europe/Berlin",
        "is_active": "on",
        "groups": [group.pk for group in person.groups.all()],
    } | changes


def test_lists_hold_the_rows_of_the_unit(desk):
    ours, theirs = (make_mention(channel=Channel.objects.get(slug=slug)) for slug in ("forum", "press"))
    ours_escalated = make_escalation(mention=ours)
    make_escalation(mention=theirs)
    assert listed(desk, "monitoring_channel") == [ours.channel]
    assert listed(desk, "monitoring_mention") == [ours]
    assert listed(desk, "monitoring_author") == [ours.author]
    assert listed(desk, "crisis_escalation") == [ours_escalated]
    page = reverse("admin:monitoring_mention_change", args=[theirs.pk])
    assert desk.get(page).status_code == 302
    assert ">press<" not in desk.get(reverse("admin:monitoring_mention_changelist")).content.decode()


def test_the_central_team_sees_all_of_it(client, ada, divided):
    Unit.objects.get(slug="central").members.add(ada)
    client.force_login(ada)
    assert len(listed(client, "monitoring_channel")) == 2
    assert len(listed(client, "accounts_user")) == 4


def test_people_and_what_is_theirs_are_those_of_the_unit(desk, ada, maya, pedro, lea):
    for person in (maya, pedro, lea):
        issue_token(person, "Script")
        make_contact(person)
    assert set(listed(desk, "accounts_user")) == {ada, maya}
    assert [row.owner for row in listed(desk, "accounts_apitoken")] == [maya]
    assert [row.person for row in listed(desk, "crisis_contactmethod")] == [maya]
    for person in (pedro, lea):
        assert desk.get(reverse("admin:accounts_user_change", args=[person.pk])).status_code == 302
        assert desk.get(reverse("admin:auth_user_password_change", args=[person.pk])).status_code in (302, 404)


def test_nobody_is_given_a_token_or_a_contact_method_beyond_the_unit(desk, lea):
    desk.post(reverse("admin:accounts_apitoken_add"), {"owner": lea.pk, "name": "Mine"})
    contact = {"person": lea.pk, "kind": "email", "address": "me@example.test", "position": 1}
    desk.post(reverse("admin:crisis_contactmethod_add"), contact)
    assert not ApiToken.objects.exists()
    assert not ContactMethod.objects.exists()


def test_no_admin_of_a_unit_makes_themselves_central_or_a_member_elsewhere(desk, ada):
    unit = make_unit("germany")
    url = reverse("admin:accounts_unit_change", args=[unit.pk])
    inline = {"channels-TOTAL_FORMS": 0, "channels-INITIAL_FORMS": 0}
    fields = {"name": "Germany", "slug": "germany", "is_central": "on", "members": [ada.pk]}
    assert desk.post(url, fields | inline).status_code == 302
    unit.refresh_from_db()
    assert (unit.is_central, list(unit.members.all())) == (False, [ada])
    abroad = reverse("admin:accounts_unit_change", args=[make_unit("international").pk])
    assert desk.post(abroad, {"members": [ada.pk]}).status_code == 302
    assert desk.get(reverse("admin:accounts_unit_add")).status_code == 403
    mine = reverse("admin:accounts_user_change", args=[ada.pk])
    desk.post(mine, person_fields(ada, is_staff="on", member_of=[make_unit("international").pk]))
    assert list(ada.units.all()) == [unit]


def test_members_whom_an_admin_does_not_manage_stay_in_the_unit(desk, ada, maya, pedro):
    unit = make_unit("germany")
    unit.members.add(pedro)
    inline = {"channels-TOTAL_FORMS": 0, "channels-INITIAL_FORMS": 0}
    desk.post(
        reverse("admin:accounts_unit_change", args=[unit.pk]),
        {"name": "Germany", "slug": "germany", "members": [ada.pk]} | inline,
    )
    assert set(unit.members.all()) == {ada, pedro}


def test_whom_an_admin_of_a_unit_adds_joins_it(desk):
    password = "correct horse battery staple"
    fields = {"username": "neu", "password1": password, "password2": password}
    assert desk.post(reverse("admin:accounts_user_add"), fields).status_code == 302
    assert [unit.slug for unit in User.objects.get(username="neu").units.all()] == ["germany"]


def test_a_channel_that_an_admin_of_a_unit_makes_is_of_that_unit(desk):
    url = reverse("admin:monitoring_channel_add")
    for unit in ("", make_unit("international").pk):
        assert desk.post(url, channel_fields(unit=unit)).status_code == 200
    assert desk.post(url, channel_fields(unit=make_unit("germany").pk)).status_code == 302


def test_roles_are_the_companys(desk, pedro):
    role = pedro.roles.first()
    assert desk.post(reverse("admin:accounts_role_change", args=[role.pk]), {"name_en": "Mine"}).status_code == 403


def test_the_central_team_gives_units_to_people_and_channels_to_agencies(client, ada, divided):
    Unit.objects.get(slug="central").members.add(ada)
    client.force_login(ada)
    alex = make_user("alex")
    fields = person_fields(alex, is_agency="on", member_of=[make_unit("germany").pk])
    assert client.post(reverse("admin:accounts_user_change", args=[alex.pk]), fields).status_code == 302
    forum = Channel.objects.get(slug="forum")
    fields = channel_fields(name="Forum", slug="forum", kind="api", address="", unit=forum.unit_id)
    url = reverse("admin:monitoring_channel_change", args=[forum.pk])
    assert client.post(url, fields | {"agency_people": [alex.pk]}).status_code == 302
    assert list(alex.agency_channels.all()) == [forum]
    assert [unit.slug for unit in alex.units.all()] == ["germany"]
    page = client.get(reverse("admin:accounts_user_change", args=[alex.pk])).content.decode()
    assert "forum" in page.lower()


def test_dividing_the_console_says_who_sees_nothing_from_then_on(client, ada, maya):
    make_unit("germany").members.add(ada)
    client.force_login(ada)
    inline = {"channels-TOTAL_FORMS": 0, "channels-INITIAL_FORMS": 0}
    fields = {"name": "Central", "slug": "central", "is_central": "on", "members": [ada.pk]}
    answer = client.post(reverse("admin:accounts_unit_add"), fields | inline, follow=True)
    assert "1 person is in no unit" in answer.content.decode()


def test_whom_an_admin_of_a_unit_invites_joins_it_and_no_other(desk, ada, lea):
    url = reverse("admin:accounts_invitation_add")
    fields = {"email": "neu@example.test", "language": "de", "groups": [ada.groups.get().pk]}
    for units in ([], [make_unit("international").pk]):
        assert desk.post(url, fields | {"units": units}).status_code == 200
    assert desk.post(url, fields | {"units": [make_unit("germany").pk]}).status_code == 302
    accepted = accept(Invitation.objects.get(), User(username="neu"), timezone.now())
    assert list(accepted.units.all()) == [make_unit("germany")]


def test_an_admin_of_a_unit_gives_no_role_by_invitation_and_sees_none_of_others(desk, ada, pedro, lea):
    fields = {"email": "neu@example.test", "language": "de", "groups": [ada.groups.get().pk]}
    role = {"units": [make_unit("germany").pk], "roles": [pedro.roles.first().pk]}
    assert desk.post(reverse("admin:accounts_invitation_add"), fields | role).status_code == 200
    invite("abroad@example.test", "en", groups=[], roles=[], by=lea, now=timezone.now())
    assert listed(desk, "accounts_invitation") == []

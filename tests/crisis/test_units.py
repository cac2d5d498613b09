"""An escalation is seen with the channels it is about, and by whoever it called; to everybody else it is not there."""

import pytest
from django.db import connection
from django.utils.module_loading import import_string

from accounts.models import Unit, User
from crisis.engine_health import engine_state
from crisis.escalate import advance_due
from crisis.escalate.faults import report_fault
from crisis.models import Escalation
from tests.crisis.make import make_escalation
from tests.make import make_channel, make_mention, make_reading, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines(groups) -> User:
    """PR lead abroad; pedro, who is called, leads PR in the central team."""
    return make_user("ines", groups=("pr_lead",))


@pytest.fixture
def divided(maya, pedro, ines) -> None:
    make_unit("germany").members.add(maya)
    make_unit("international").members.add(ines)
    Unit.objects.create(slug="central", name="Central", is_central=True).members.add(pedro)


@pytest.fixture
def escalation(divided) -> Escalation:
    return make_escalation(mention=mention_in("germany"))


def mention_in(unit: str):
    channel = make_channel(unit=make_unit(unit))
    return make_mention(channel=channel, needs_reading=False)


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def seen_by(person: User) -> list[Escalation]:
    return list(Escalation.objects.visible_to(fresh(person)))


def test_it_is_seen_by_its_unit_and_the_central_team(escalation, maya, pedro, ines):
    assert seen_by(maya) == seen_by(pedro) == [escalation]
    assert seen_by(ines) == []


def test_for_another_unit_there_is_none(client, escalation, ines):
    client.force_login(ines)
    assert list(client.get("/escalations/").context["open"]) == []
    assert client.get("/api/v1/escalations/").json()["results"] == []
    assert client.get(f"/escalations/{escalation.pk}/").status_code == 404
    assert client.get(f"/api/v1/escalations/{escalation.pk}/").status_code == 404
    for act in ("acknowledge", "resolve", "cancel"):
        assert client.post(f"/escalations/{escalation.pk}/{act}/").status_code == 404, act
        assert client.post(f"/api/v1/escalations/{escalation.pk}/{act}/").status_code == 404, act
    escalation.refresh_from_db()
    assert escalation.state == "active"


def test_whoever_it_called_sees_it_and_its_safe_title_but_not_the_mention(client, escalation, ines, pedro, maya):
    pedro.duties.all().delete()
    ines.duties.create(role=pedro.roles.model.objects.get(slug="pr_lead"))
    advance_due()
    client.force_login(maya)
    assert escalation.mention.text in client.get(f"/escalations/{escalation.pk}/").content.decode()
    client.force_login(ines)
    page = client.get(f"/escalations/{escalation.pk}/")
    assert page.status_code == 200
    assert "Mention on Mastodon" in page.content.decode()
    for shown in (page, client.get("/escalations/")):
        assert escalation.mention.text not in shown.content.decode()
        assert f"/m/{escalation.mention_id}/" not in shown.content.decode()
    assert client.get(f"/m/{escalation.mention_id}/").status_code == 404
    assert client.post(f"/escalations/{escalation.pk}/acknowledge/").status_code == 302
    escalation.refresh_from_db()
    assert escalation.state == "acknowledged"
    assert seen_by(ines) == [escalation]


def test_a_unit_that_attaches_its_mention_sees_it_from_then_on(escalation, maya, ines):
    copy = mention_in("international")
    make_reading(copy, story=escalation.mention.story, taken_up=True)
    assert make_escalation(mention=copy, by=ines) == escalation
    assert seen_by(maya) == seen_by(ines) == [escalation]


def test_a_more_serious_mention_of_another_unit_makes_it_theirs_too(escalation, ines):
    copy = mention_in("international")
    make_reading(copy, story=escalation.mention.story, taken_up=True)
    make_escalation("L4", mention=copy, by=ines)
    assert seen_by(ines) == [escalation]


def test_the_pagers_own_escalation_is_the_central_teams_but_its_banner_everybodys(divided, maya, pedro):
    fault = report_fault("late")
    assert (seen_by(maya), seen_by(pedro)) == ([], [fault])
    assert engine_state(fresh(maya)).has_fault


def test_the_banner_counts_the_unanswered_that_one_sees(escalation, maya, ines):
    Escalation.objects.update(state="exhausted")
    assert (engine_state(fresh(maya)).unanswered, engine_state(fresh(ines)).unanswered) == (1, 0)


def test_escalations_from_before_units_get_the_channels_of_their_timelines(escalation, ines):
    copy = mention_in("international")
    make_reading(copy, story=escalation.mention.story, taken_up=True)
    make_escalation(mention=copy, by=ines)
    escalation.channels.clear()
    with connection.cursor() as cursor:
        cursor.execute(import_string("crisis.migrations.0002_channels_of_escalations.FROM_TIMELINES"))
    assert set(escalation.channels.all()) == {escalation.mention.channel, copy.channel}


def test_the_limited_list_costs_as_little_as_the_full_one(client, escalation, maya, django_assert_max_num_queries):
    for _number in range(5):
        make_escalation(mention=mention_in("germany"))
    client.force_login(maya)
    with django_assert_max_num_queries(12):
        assert len(client.get("/escalations/").context["open"]) == 6

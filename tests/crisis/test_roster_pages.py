"""The roster's pages: everybody reads them, some change them, and a refused form says why and keeps what was typed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from crisis.models import RotationVersion, ShiftOverride
from tests.crisis.make import make_rotation
from tests.make import make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ROLE = "/roster/pr_lead/"


@pytest.fixture
def paula(pedro):
    return make_user("paula", groups=("community_manager",), roles=("pr_lead",))


def client_of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def local(at) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def stand_in(person, begins=1, ends=3, **more) -> dict:
    now = timezone.now()
    return {"person": person.pk, "starts_at": local(now + begins * HOUR), "ends_at": local(now + ends * HOUR)} | more


def a_rotation(*members, **more) -> dict:
    now = timezone.localtime()
    places = {f"place_{person.pk}": at for at, person in enumerate(members, start=1)}
    return {
        "name": "Weekly", "lasts": 1, "unit": "weeks", "time_zone": "Europe/Berlin", "handover_on": now.date(),
        "handover_at": "09:00", "effective_from": local(now), **places, **more,
    }  # fmt: skip


def test_everybody_sees_who_has_it_now_and_next_and_where_nobody_has(maya, pedro, paula):
    make_rotation("pr_lead", paula, pedro)
    page = client_of(maya).get("/roster/").content.decode()
    card = page.split('id="role-pr_lead"')[1].split("</li>")[0]
    assert "<strong>paula</strong>" in card
    assert "Next: pedro" in card
    assert "Deputy: pedro" in card


def test_gaps_are_said_before_they_come(maya, pedro):
    make_rotation("pr_lead", pedro, weekdays=list(range(7)), opens="00:00", closes="23:00")
    page = client_of(maya).get("/roster/").content.decode()
    assert "gaps in the next 14 days" in page
    assert "Nobody" in client_of(maya).get(ROLE).content.decode()


def test_a_role_that_nobody_holds_is_red(maya, pedro):
    pedro.duties.all().delete()
    assert "Nobody holds this role" in client_of(maya).get("/roster/").content.decode()


def test_who_holds_the_role_takes_a_shift_over_and_gives_it_back(pedro, paula):
    client = client_of(paula)
    client.post(f"{ROLE}stand-in/", stand_in(paula, note="Dentist"))
    override = ShiftOverride.objects.get()
    assert (override.person, override.made_by, override.note) == (paula, paula, "Dentist")
    assert "Dentist" in client.get(ROLE).content.decode()
    client.post(f"/roster/stand-ins/{override.pk}/call-off/")
    assert not ShiftOverride.objects.in_force().exists()


def test_nobody_is_put_in_by_somebody_without_the_right(maya, pedro, paula):
    assert client_of(maya).post(f"{ROLE}stand-in/", stand_in(maya)).status_code == 403
    assert client_of(paula).post(f"{ROLE}stand-in/", stand_in(pedro)).status_code == 422
    assert not ShiftOverride.objects.exists()
    client_of(pedro).post(f"{ROLE}stand-in/", stand_in(maya))
    override = ShiftOverride.objects.get()
    assert client_of(paula).post(f"/roster/stand-ins/{override.pk}/call-off/").status_code == 403
    assert ShiftOverride.objects.in_force().exists()


def test_a_stand_in_that_ends_before_it_begins_is_refused_at_its_field(pedro):
    answer = client_of(pedro).post(f"{ROLE}stand-in/", stand_in(pedro, begins=3, ends=1, note="kept text"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "later than the beginning" in page
    assert "kept text" in page


def test_a_pr_lead_begins_changes_and_ends_a_rotation(pedro, paula):
    client = client_of(pedro)
    client.post(f"{ROLE}rotations/", a_rotation(paula, pedro))
    first = RotationVersion.objects.get()
    assert [member.person for member in first.members.all()] == [paula, pedro]
    assert "paula → pedro" in " ".join(client.get(ROLE).content.decode().split())
    prefix = f"r{first.rotation_id}"
    later = {f"{prefix}-{name}": value for name, value in a_rotation(pedro, paula).items()}
    client.post(f"/roster/rotations/{first.pk}/change/", later)
    second = RotationVersion.objects.latest("pk")
    assert [member.person for member in second.members.all()] == [pedro, paula]
    assert second.made_by == pedro
    client.post(f"/roster/rotations/{first.pk}/change/", {k: "" if "place" in k else v for k, v in later.items()})
    assert "ended" in client.get(ROLE).content.decode()
    assert RotationVersion.objects.count() == 3, "history stays"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"lasts": 0}, "greater than or equal to 1"),
        ({"lasts": 999, "unit": "weeks"}, "between an hour and 26 weeks"),
        ({"weekdays": [0]}, "belong together"),
        ({"handover_at": "25:00"}, "valid time"),
        ({"time_zone": "Mars/Base"}, "Select a valid choice"),
    ],
)
def test_a_rotation_that_makes_no_sense_is_refused_with_its_reason(pedro, paula, wrong, said):
    answer = client_of(pedro).post(f"{ROLE}rotations/", a_rotation(paula, pedro) | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not RotationVersion.objects.exists()


def test_two_people_cannot_have_one_place(pedro, paula):
    said = a_rotation(paula, pedro) | {f"place_{pedro.pk}": 1}
    assert "same place" in client_of(pedro).post(f"{ROLE}rotations/", said).content.decode()
    assert not RotationVersion.objects.exists()


def test_the_roster_costs_the_same_however_many_there_are(maya, pedro, paula, django_assert_max_num_queries):
    client = client_of(maya)
    for _again in range(3):
        make_rotation("pr_lead", paula, pedro)
    with django_assert_max_num_queries(14):
        client.get("/roster/")

from datetime import timedelta

import pytest
from django.utils import timezone

from crisis.escalate import preview
from tests.crisis.make import make_contact, make_policy
from tests.make import make_user

pytestmark = pytest.mark.django_db


def test_it_says_who_is_called_when_and_why(pedro, lea):
    make_policy("L3", (0, []), (900, [("pr_lead", "deputy")]), (300, [("legal", "all")]))
    steps = preview("L3", ("pr_lead", "legal"))
    assert [step.after for step in steps] == [timedelta(0), timedelta(minutes=15), timedelta(minutes=20)]
    assert [[str(person.person) for person in step.people] for step in steps] == [["pedro", "lea"], [], ["lea"]]
    first = steps[0].people[0]
    assert (first.role_name, str(first.place)) == ("Pr lead", "on shift")
    assert steps[1].targets == ("Pr lead: deputy",)


def test_it_shows_the_time_where_the_person_lives(groups):
    make_policy("L3")
    make_user("yuki", roles=("pr_lead",), time_zone="Asia/Tokyo")
    shown = preview("L3")[0].people[0].local_time
    assert shown.utcoffset() == timedelta(hours=9)
    assert abs(shown - timezone.now()) < timedelta(minutes=1)


def test_it_says_how_somebody_was_reached_last(pedro):
    make_policy("L3")
    long_ago, lately = timezone.now() - timedelta(days=4), timezone.now() - timedelta(hours=1)
    make_contact(pedro, "first@example.test", last_success_at=long_ago)
    make_contact(pedro, "second@example.test", position=2, last_success_at=lately)
    make_contact(pedro, "never@example.test", position=3)
    make_contact(pedro, "dead@example.test", position=4, disabled_at=lately, last_success_at=timezone.now())
    person = preview("L3")[0].people[0]
    assert len(person.ways) == 3
    assert person.last_reached.last_success_at == lately


def test_a_step_without_anybody_is_shown_as_such():
    make_policy("L3")
    assert [step.people for step in preview("L3")] == [(), ()]


def test_it_costs_the_same_however_many_are_called(pedro, lea, ada, maya, django_assert_max_num_queries):
    make_policy("L4", (0, []), (300, [("all_roles", "all")]))
    with django_assert_max_num_queries(9):
        preview("L4")

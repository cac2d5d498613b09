"""Units divide the console from the second one on: who then sees everything, what their units have, or nothing."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.units import is_divided, people_managed_by, people_without_unit, sees_everything
from monitoring.visible import channels_heard_by, sees_channel, visible_channel_ids
from tests.make import make_channel, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def germany():
    return make_channel("forum", unit=make_unit("germany"))


@pytest.fixture
def abroad():
    return make_channel("press", unit=make_unit("international"))


def fresh(person: User) -> User:
    """As the next request loads them."""
    return User.objects.get(pk=person.pk)


def seen_by(person: User) -> tuple[int, ...] | None:
    return visible_channel_ids(fresh(person))


def test_with_one_unit_everybody_sees_everything_without_configuration(maya, pedro, germany):
    make_channel("file", unit=None)
    make_unit("germany").members.add(pedro)
    assert (seen_by(maya), seen_by(pedro)) == (None, None)
    assert not is_divided()


def test_from_the_second_unit_on_members_see_the_channels_of_their_units(maya, germany, abroad):
    make_channel("file", unit=None)
    make_unit("germany").members.add(maya)
    assert seen_by(maya) == (germany.pk,)
    make_unit("international").members.add(maya)
    assert set(seen_by(maya)) == {germany.pk, abroad.pk}
    assert is_divided()


def test_who_is_in_no_unit_sees_nothing_once_there_are_two(maya, germany, abroad):
    assert seen_by(maya) == ()
    assert list(people_without_unit()) == [maya]


def test_the_central_team_sees_every_channel_also_those_of_no_unit(maya, germany, abroad):
    central = make_unit("central")
    central.is_central = True
    central.save()
    central.members.add(maya)
    assert seen_by(maya) is None
    assert sees_channel(fresh(maya), make_channel("file", unit=None).pk)


def test_a_superuser_sees_everything_and_who_left_nothing(germany, abroad):
    assert seen_by(make_user("root", is_superuser=True)) is None
    assert seen_by(make_user("gone", is_superuser=True, is_active=False)) == ()
    assert visible_channel_ids(AnonymousUser()) == ()


def test_people_of_agencies_see_the_channels_that_name_them_and_no_other(germany):
    alex = make_user("alex", is_agency=True)
    assert seen_by(alex) == ()
    make_unit("germany").members.add(alex)
    shop = make_channel("shop", unit=make_unit("germany"))
    shop.agency_people.add(alex)
    assert seen_by(alex) == (shop.pk,)
    assert not sees_channel(fresh(alex), germany.pk)


def test_it_costs_one_query_for_a_request_and_none_for_superusers(maya, germany, abroad, django_assert_num_queries):
    make_unit("germany").members.add(maya)
    with django_assert_num_queries(1):
        visible_channel_ids(maya)
        visible_channel_ids(maya)
    with django_assert_num_queries(0):
        assert sees_everything(make_user_unsaved())


def make_user_unsaved() -> User:
    return User(username="root", is_superuser=True)


def test_an_admin_of_a_unit_manages_those_who_see_no_more_than_they_do(ada, maya, pedro, lea, germany, abroad):
    make_unit("germany").members.add(ada, maya, pedro)
    make_unit("international").members.add(pedro, lea)
    assert set(people_managed_by(fresh(ada))) == {ada, maya}
    User.objects.filter(pk=ada.pk).update(is_superuser=True)
    assert people_managed_by(fresh(ada)).count() == 4


@pytest.mark.django_db(transaction=True)
def test_the_live_stream_asks_what_a_person_hears_as_they_connect(maya, germany, abroad):
    make_unit("germany").members.add(maya)
    assert channels_heard_by(maya.pk) == (germany.pk,)
    assert channels_heard_by(0) == ()

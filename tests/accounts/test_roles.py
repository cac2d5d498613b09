"""Who is called for a role: the first active holder, then the deputies."""

import pytest
from django.utils.translation import override

from accounts import roles
from accounts.models import Role
from tests.make import make_holder, make_user

pytestmark = pytest.mark.django_db


def make_line(role: str, *names: str):
    return [make_holder(role, make_user(name)).person for name in names]


def test_loading_the_roles_twice_makes_eleven_once():
    assert roles.load_roles() == 11
    assert roles.load_roles() == 0
    assert Role.objects.count() == 11


def test_loading_leaves_a_renamed_role_alone():
    Role.objects.create(slug="pr_lead", name_en="Press office", name_de="Pressestelle")
    assert roles.load_roles() == 10
    assert Role.objects.get(slug="pr_lead").name_en == "Press office"


def test_a_role_is_named_in_the_readers_language():
    roles.load_roles()
    role = Role.objects.get(slug="legal")
    with override("de"):
        assert str(role) == "Recht"
    with override("en"):
        assert str(role) == "Legal"


def test_the_first_holder_is_on_shift_and_the_second_is_the_deputy():
    first, second, third = make_line("pr_lead", "pedro", "paula", "piet")
    assert roles.people_of("pr_lead", "on_shift") == [first]
    assert roles.people_of("pr_lead", "deputy") == [second]
    assert roles.people_of("pr_lead", "all") == [first, second, third]


def test_the_position_decides_not_the_order_of_entry():
    later, sooner = make_user("later"), make_user("sooner")
    make_holder("legal", later, position=2)
    make_holder("legal", sooner, position=1)
    assert roles.people_of("legal", "on_shift") == [sooner]


def test_who_left_is_skipped_and_the_deputy_moves_up():
    gone, second = make_line("pr_lead", "gone", "here")
    gone.is_active = False
    gone.save()
    assert roles.people_of("pr_lead", "on_shift") == [second]
    assert roles.people_of("pr_lead", "deputy") == []


def test_a_role_without_holders_or_that_nobody_knows_has_no_people():
    roles.load_roles()
    assert roles.people_of("legal", "on_shift") == []
    assert roles.people_of("no_such_role", "all") == []


def test_an_unknown_place_is_an_error():
    with pytest.raises(ValueError):
        roles.people_of("legal", "whoever")


def test_all_roles_names_everybody_once():
    pedro, paula = make_line("pr_lead", "pedro", "paula")
    make_holder("executive", pedro)
    (lea,) = make_line("legal", "lea")
    assert roles.people_of("all_roles", "on_shift") == [pedro, lea]
    assert set(roles.people_of("all_roles", "all")) == {pedro, paula, lea}


def test_many_targets_cost_one_query(django_assert_num_queries):
    make_line("pr_lead", "pedro", "paula")
    make_line("legal", "lea")
    targets = [("pr_lead", "on_shift"), ("pr_lead", "deputy"), ("legal", "all"), ("all_roles", "all")]
    with django_assert_num_queries(1):
        people = roles.people_of_each(targets)
    assert [len(people[target]) for target in targets] == [1, 1, 1, 3]


def test_the_last_owner_is_known_as_such():
    ada, ben = make_line("owner", "ada", "ben")
    assert not roles.is_last_owner(ada)
    ben.is_active = False
    ben.save()
    assert roles.is_last_owner(ada)
    assert not roles.is_last_owner(ben)

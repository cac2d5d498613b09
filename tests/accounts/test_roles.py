"""Who holds which role, in which order."""

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


def test_holders_come_in_the_order_of_their_positions_not_of_their_entry():
    later, sooner = make_user("later"), make_user("sooner")
    make_holder("legal", later, position=2)
    make_holder("legal", sooner, position=1)
    assert roles.holders_by_role(["legal"]) == {"legal": [sooner, later]}


def test_who_left_is_skipped_and_a_role_of_nobody_is_not_named():
    gone, second = make_line("pr_lead", "gone", "here")
    gone.is_active = False
    gone.save()
    assert roles.holders_by_role(["pr_lead", "legal", "no_such_role"]) == {"pr_lead": [second]}


def test_all_roles_cost_one_query(django_assert_num_queries):
    make_line("pr_lead", "pedro", "paula")
    make_line("legal", "lea")
    with django_assert_num_queries(1):
        holders = roles.holders_by_role(["all_roles"])
    assert {role: len(people) for role, people in holders.items()} == {"pr_lead": 2, "legal": 1}


def test_the_last_owner_is_known_as_such():
    ada, ben = make_line("owner", "ada", "ben")
    assert not roles.is_last_owner(ada)
    ben.is_active = False
    ben.save()
    assert roles.is_last_owner(ada)
    assert not roles.is_last_owner(ben)

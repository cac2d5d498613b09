"""The bell rings once per fact, only for the person it is for."""

import json

import pytest

from accounts import bell
from accounts.models import BellItem, User
from plumbing.live import CHANNEL
from plumbing.nudge import own_connection, wait_for
from tests.make import make_user

pytestmark = pytest.mark.django_db


def ring(person: User, key: str = "page-1", group: str = bell.Group.NEEDS_YOU) -> None:
    bell.ring(person.pk, group=group, key=key, title="You are called", url="/escalations/1/")


def test_ringing_twice_with_one_key_makes_one_line():
    person = make_user()
    ring(person)
    ring(person)
    assert [item.title for item in bell.unread(person.pk)] == ["You are called"]


def test_one_key_rings_for_each_person():
    first, second = make_user(), make_user()
    ring(first)
    ring(second)
    assert len(bell.unread(first.pk)) == len(bell.unread(second.pk)) == 1


def test_an_unknown_group_is_refused():
    with pytest.raises(ValueError):
        ring(make_user(), group="whatever")


def test_what_needs_you_stands_before_what_informs_you_and_newest_first():
    person = make_user()
    ring(person, "a", bell.Group.NEEDS_YOU)
    ring(person, "b", bell.Group.INFORMATION)
    ring(person, "c", bell.Group.NEEDS_YOU)
    assert [item.key for item in bell.unread(person.pk)] == ["c", "a", "b"]


def test_only_what_needs_you_counts_and_the_count_is_capped(django_assert_num_queries):
    person = make_user()
    ring(person, "info", bell.Group.INFORMATION)
    lines = [
        BellItem(person=person, group=bell.Group.NEEDS_YOU, key=f"k{number}", title="t", url="/")
        for number in range(150)
    ]
    BellItem.objects.bulk_create(lines)
    with django_assert_num_queries(1):
        assert bell.needs_you_count(person.pk) == bell.COUNT_CAP + 1


def test_marking_some_lines_read_leaves_the_others():
    person = make_user()
    ring(person, "a")
    ring(person, "b")
    first = BellItem.objects.get(key="a")
    assert bell.mark_read(person.pk, [first.pk]) == 1
    assert [item.key for item in bell.unread(person.pk)] == ["b"]


def test_marking_all_read_touches_nobody_elses_lines():
    person, other = make_user(), make_user()
    ring(person)
    ring(other)
    assert bell.mark_read(person.pk) == 1
    assert bell.mark_read(other.pk, BellItem.objects.filter(person=person).values_list("pk", flat=True)) == 0
    assert len(bell.unread(other.pk)) == 1


@pytest.mark.django_db(transaction=True)
def test_ringing_tells_open_consoles():
    person = make_user()
    console = own_connection(CHANNEL)
    ring(person)
    heard = [json.loads(payload) for payload in wait_for(console, 5)]
    console.close()
    assert heard == [{"type": "bell", "id": person.pk, "rev": 0, "to": person.pk}]

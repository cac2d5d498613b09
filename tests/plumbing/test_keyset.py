"""Pages by position, over accounts' units: any table will do."""

import pytest

from accounts.models import Unit
from plumbing.keyset import BadCursor, decode, page

pytestmark = pytest.mark.django_db


def units(*names: str) -> None:
    Unit.objects.bulk_create(Unit(slug=f"u{i}", name=name) for i, name in enumerate(names))


def walk(size: int, *, descending: bool = False) -> list[list[str]]:
    pages, cursor = [], None
    while True:
        one = page(Unit.objects.all(), ("name", "id"), cursor, size, descending=descending)
        pages.append([unit.name for unit in one.rows])
        cursor = one.next_cursor
        if cursor is None:
            return pages


def test_every_row_comes_once_and_in_order_also_where_values_repeat():
    units("c", "a", "b", "a", "a", "d")

    assert walk(2) == [["a", "a"], ["a", "b"], ["c", "d"]]
    assert walk(4, descending=True) == [["d", "c", "b", "a"], ["a", "a"]]


def test_the_last_page_has_no_cursor_even_when_it_is_full():
    units("a", "b")

    assert page(Unit.objects.all(), ("name", "id"), None, 2).next_cursor is None


def test_a_page_deep_down_is_one_row_value_comparison(django_assert_num_queries):
    units(*"abcdef")
    cursor = page(Unit.objects.all(), ("name", "id"), None, 3).next_cursor

    with django_assert_num_queries(1) as queries:
        page(Unit.objects.all(), ("name", "id"), cursor, 3)

    assert '("accounts_unit"."name", "accounts_unit"."id") > (' in queries[0]["sql"]
    assert "OFFSET" not in queries[0]["sql"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "W10:abc", "e30:x:y"])
def test_a_foreign_cursor_is_refused(cursor):
    with pytest.raises(BadCursor):
        decode(cursor, Unit, ("name", "id"))


def test_a_cursor_of_another_list_is_refused():
    units("a", "b", "c")
    cursor = page(Unit.objects.all(), ("id",), None, 1).next_cursor

    with pytest.raises(BadCursor):
        page(Unit.objects.all(), ("name", "id"), cursor, 1)

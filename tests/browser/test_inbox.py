"""The inbox in both themes, both languages and every size."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.story import tell

pytestmark = pytest.mark.browser
NAMES = ("lena", "fire", "press", "thanks", "hostile", "arabic")
EMPTY = {"filtered": "q=nothing+like+this", "mine": "view=mine", "done": "view=done"}


@pytest.fixture
def told(db, maya):
    return tell(assignee=maya)


def test_the_queue_is_well(show, told, maya):
    show("inbox", "/inbox/", maya, at_least=6)


@pytest.mark.parametrize(("name", "query"), EMPTY.items())
def test_an_empty_queue_says_why(name, query, show, told, pedro):
    def says_why(page: Page) -> None:
        expect(page.locator(".queue .empty h3")).to_be_visible()

    show(f"inbox-empty-{name}", f"/inbox/?{query}", pedro, act=says_why)


@pytest.mark.parametrize("name", NAMES)
def test_a_mention_is_well(name, show, told, maya):
    def is_open(page: Page) -> None:
        expect(page.locator("#mention-title")).to_be_visible()

    show(f"mention-{name}", f"/m/{told[name].pk}/", maya, act=is_open)

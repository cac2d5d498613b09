"""The inbox in both themes, both languages and every size."""

import pytest
from playwright.sync_api import expect

from tests.browser.story import tell
from tests.chromium import scenes

pytestmark = pytest.mark.browser


@pytest.fixture
def told(db, maya):
    return tell(assignee=maya)


@pytest.mark.parametrize(("name", "look"), scenes("inbox"))
def test_the_queue_is_well(name, look, open_page, picture, told, maya):
    page = open_page("/inbox/", maya, look=look)
    page.watch.assert_well()
    picture(page, name, look=look)


@pytest.mark.parametrize("address", ["/inbox/?q=nothing+like+this", "/inbox/?view=mine", "/inbox/?view=done"])
def test_an_empty_queue_says_why(address, open_page, picture, told, pedro):
    page = open_page(address, pedro)
    expect(page.locator(".queue .empty h3")).to_be_visible()
    page.watch.assert_well()
    picture(page, f"inbox-empty-{address[-4:]}")


NAMES = ("lena", "fire", "press", "thanks", "hostile", "arabic")


@pytest.mark.parametrize(("name", "look"), scenes(*NAMES, looks_of_each=2))
def test_a_mention_is_well(name, look, open_page, picture, told, maya):
    page = open_page(f"/m/{told[name].pk}/", maya, look=look)
    expect(page.locator("#mention-title")).to_be_visible()
    page.watch.assert_well()
    picture(page, f"mention-{name}", look=look)

"""The inbox in both themes and sizes, and triage by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.story import tell

pytestmark = pytest.mark.browser

NARROW, TABLET = (320, 640), (900, 1100)
LOOKS = [
    (DESK, "light", "en"),
    (DESK, "dark", "de"),
    (PHONE, "light", "de"),
    (PHONE, "dark", "en"),
    (NARROW, "light", "de"),
    (TABLET, "light", "de"),
]


@pytest.fixture
def told(db, maya):
    return tell(assignee=maya)


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_the_queue_is_well(size, theme, language, open_page, picture, told, maya):
    page = open_page("/inbox/", maya, size=size, theme=theme, language=language)
    page.watch.assert_well()
    picture(page, f"inbox-{size[0]}-{theme}-{language}")


@pytest.mark.parametrize("name", ["lena", "fire", "press", "thanks", "hostile", "arabic"])
@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_a_mention_is_well(name, size, theme, language, open_page, picture, told, maya):
    page = open_page(f"/m/{told[name].pk}/", maya, size=size, theme=theme, language=language)
    expect(page.locator("#mention-title")).to_be_visible()
    page.watch.assert_well()
    picture(page, f"mention-{name}-{size[0]}-{theme}-{language}", whole=size[0] < 1000)

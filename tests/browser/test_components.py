"""The shared components and the pages around them, in both themes and every size."""

import pytest

from tests.chromium import DESK, PHONE, scenes

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("name", "look"), scenes("components"))
def test_the_components_are_well(name, look, open_page, picture, ada):
    page = open_page("/scene/components/", ada, look=look)
    page.watch.assert_well()
    picture(page, name, look=look)


ERRORS = [("missing", 404), ("forbidden", 403), ("broken", 500)]


@pytest.mark.parametrize(("name", "status"), ERRORS)
@pytest.mark.parametrize("look", [(DESK, "light", "de"), (PHONE, "dark", "en")])
def test_an_error_page_says_what_happened(name, status, look, open_page, picture, maya):
    page = open_page(f"/scene/{name}/", maya, look=look)
    assert page.get_by_role("heading", level=1).count() == 1
    page.watch.assert_well(expecting_status=status)
    picture(page, f"error-{status}", look=look)


def test_forced_colours_lose_no_state(open_page, picture, ada):
    page = open_page("/scene/components/", ada, forced_colors="active")
    faults = page.watch.faults()
    assert [fault for fault in faults if "color-contrast" not in fault] == [], "the system chooses the colours"
    picture(page, "components-forced-colours")

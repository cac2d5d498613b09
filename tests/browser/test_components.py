"""The shared components and the pages around them, in both themes and every size."""

import pytest

from tests.browser.checks import answered_with
from tests.browser.story import run_engine
from tests.chromium import FORCED
from tests.make import NOON

pytestmark = pytest.mark.browser
ERRORS = [("missing", 404), ("forbidden", 403), ("broken", 500)]


@pytest.fixture(autouse=True)
def engine_in_time(db):
    run_engine(NOON.replace(year=2100))


def test_the_components_are_well(show, ada):
    show("components", "/scene/components/", ada, at_least=6)


@pytest.mark.parametrize(("name", "status"), ERRORS)
def test_an_error_page_says_what_happened(name, status, show, maya):
    def has_one_heading(page):
        assert page.get_by_role("heading", level=1).count() == 1

    show(f"error-{status}", f"/scene/{name}/", maya, act=has_one_heading, expecting=answered_with(status))


def test_forced_colours_lose_no_state(open_page, picture, ada):
    page = open_page("/scene/components/", ada, look=((1440, 900), FORCED, "en"))
    page.watch.assert_well()
    picture(page, "components-forced-colours")

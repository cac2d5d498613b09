"""The manuals in the console."""

import pytest

from tests.browser.story import run_engine
from tests.make import NOON

pytestmark = pytest.mark.browser


def test_the_manuals_are_well(show_all, maya):
    run_engine(NOON.replace(year=2100))
    show_all(["/help/", "/help/pr-lead/", "/help/operating/"], maya)

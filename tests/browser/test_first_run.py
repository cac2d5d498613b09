"""The first visit to an empty console."""

import pytest

from tests.browser.story import run_engine
from tests.make import NOON

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def engine_in_time(transactional_db):
    run_engine(NOON.replace(year=2100))


def test_the_page_of_the_first_account_is_well(show):
    show("first-run", "/first-run/")


def test_the_checklist_is_well(show, ada):
    show("first-run-checklist", "/first-run/checklist/", ada)

"""The manuals in the console."""

import pytest

from tests.browser.story import run_engine
from tests.make import NOON

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("address", ["/help/", "/help/pr-lead/", "/help/operating/"])
def test_a_manual_is_well(address, show, maya):
    run_engine(NOON.replace(year=2100))
    show(address.strip("/").replace("/", "-"), address, maya, at_least=1)

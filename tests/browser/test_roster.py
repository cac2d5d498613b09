"""The roster in a real browser: in every look, and a shift taken over by keyboard on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Role
from crisis.roster.changes import stand_in
from tests.chromium import PHONE
from tests.crisis.make import make_rotation
from tests.make import make_user

pytestmark = pytest.mark.browser
HOUR = timedelta(hours=1)


@pytest.fixture
def planned(pedro, lea, maya):
    """Two who take turns, one who stands in, office hours with gaps, and a role of nobody."""
    paula = make_user("paula", groups=("community_manager",), roles=("pr_lead",))
    make_rotation("pr_lead", paula, pedro)
    now = timezone.now()
    stand_in(
        Role.objects.get(slug="pr_lead"), maya, now + 30 * HOUR, now + 50 * HOUR, by=pedro, now=now, note="Dentist"
    )
    make_rotation("legal", lea, weekdays=list(range(5)), opens="08:00", closes="20:00")
    return paula


def test_the_roster_is_well(show, planned, pedro):
    show("roster", "/roster/", pedro)


def test_a_role_is_well(show, planned, pedro):
    show("roster-role", "/roster/pr_lead/", pedro)


def test_a_shift_is_taken_over_by_keyboard_on_a_phone(open_page, picture, planned):
    page = open_page("/roster/pr_lead/", planned, look=(PHONE, "light", "en"))
    opener = page.get_by_text("I take a shift over")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("From")).to_be_visible()
    page.watch.assert_well()
    picture(page, "roster-stand-in")
    page.get_by_label("Note").focus()
    page.keyboard.type("Swapped with Maya")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Swapped with Maya")).to_be_visible()
    page.watch.assert_well()

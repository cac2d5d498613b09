"""What was agreed, in the administration: rules chosen from fields, levels, cover hours, who answers what."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from playbooks.models import CoverHours, EscalationPolicy, SeverityLevel
from playbooks.starter.load import load_starter
from tests.make import NOON, make_channel, make_unit

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def loaded(transactional_db) -> None:
    load_starter(NOON)


def address(level: str) -> str:
    return f"/admin/playbooks/severitylevel/{SeverityLevel.objects.get(level=level).pk}/change/"


def test_a_level_of_the_matrix_is_well(show, ada):
    show("admin-severity", address("L3"), ada)


def test_a_rule_is_added_by_choosing(open_page, ada):
    page = open_page(address("L2"), ada)

    page.get_by_role("button", name="Add a rule").click()
    rule = page.locator("[data-rule]:visible").last
    rule.get_by_label("Fact").select_option("author.kind")
    expect(rule.get_by_label("Number")).to_be_hidden()
    expect(rule.get_by_label("Comparison")).to_have_value("eq")
    rule.get_by_label("Comparison").select_option("in")
    rule.get_by_label("journalist").check()
    rule.get_by_role("button", name="Add a condition").click()
    rule.get_by_label("Fact").last.select_option("mention.direct")
    page.get_by_role("button", name="Add a rule").click()
    page.locator("[data-rule]:visible").last.get_by_label("Fact").select_option("mention.by_us")
    page.watch.assert_well()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".success")).to_be_visible()
    assert SeverityLevel.objects.get(level="L2").rules[-2:] == [
        {"all": [{"f": "author.kind", "in": ["journalist"]}, {"f": "mention.direct", "is": True}]},
        {"all": [{"f": "mention.by_us", "is": True}]},
    ]


def test_hours_responsibilities_and_policies_are_well(show, ada):
    unit = make_unit()
    make_channel("forum", unit=unit)
    week = [[["09:00", "12:00"], ["13:00", "17:00"]]] * 5 + [[], []]
    row = CoverHours.objects.create(unit=unit, week=week)
    policy = EscalationPolicy.objects.get(level="L2")
    policy.steps.filter(position=2).update(delay=timedelta(minutes=5))

    show("admin-cover-hours", f"/admin/playbooks/coverhours/{row.pk}/change/", ada)
    show("admin-who-answers", "/admin/playbooks/responsibilityrule/matrix/", ada)
    show("admin-derive", f"/admin/playbooks/escalationpolicy/{policy.pk}/derive/", ada)

"""Every page beside the inbox, in both themes and sizes: escalations, a message's link, monitoring, people, admin."""

import pytest
from playwright.sync_api import Page as Browsed
from playwright.sync_api import expect

from accounts.models import Unit, User
from crisis.escalate import acknowledge, advance_due, cancel
from crisis.links import token_of
from crisis.models import Acknowledgement, ContactMethod, EngineHeartbeat, Escalation, Page
from crisis.notify import deliver_due
from tests.browser.story import tell
from tests.make import make_unit
from triage.decide import record_decision
from triage.models import Decision, Triage

pytestmark = pytest.mark.browser


@pytest.fixture
def escalated(db, maya, pedro, lea, ada) -> dict[str, Escalation]:
    """One that calls, one that pedro has, one that was cancelled; their mails are sent."""
    told = tell()
    for person in (pedro, lea, ada):
        ContactMethod.objects.create(person=person, kind="email", address=person.email)
    opened = {name: escalate(told[name], maya) for name in ("fire", "press", "lena")}
    advance_due()
    deliver_due()
    acknowledge(opened["press"].pk, pedro, Acknowledgement.Via.CONSOLE)
    cancel(opened["lena"].pk, maya)
    return {name: Escalation.objects.get(pk=escalation.pk) for name, escalation in opened.items()}


def escalate(triage: Triage, person: User) -> Escalation:
    decision = record_decision(
        triage.pk,
        by=person,
        disposition="escalate",
        rev=triage.rev,
        via=Decision.Via.CONSOLE,
        reason="The kettle burnt a child's hand; the press already asks.",
    )
    assert decision.escalation
    return decision.escalation


def test_the_escalations_are_well(show, escalated, pedro):
    show("escalations", "/escalations/", pedro, at_least=4)


@pytest.mark.parametrize("name", ["fire", "press", "lena"])
def test_an_escalation_is_well(name, show, escalated, pedro):
    show(f"escalation-{name}", f"/escalations/{escalated[name].pk}/", pedro)


def test_the_link_of_a_message_is_well(show, escalated, pedro):
    page = Page.objects.filter(escalation=escalated["fire"], person=pedro).get()

    def address(look) -> str:
        User.objects.filter(pk=pedro.pk).update(language=look[2])  # who opens a link need not be signed in
        return f"/p/{token_of(page)}/"

    show("link", address, at_least=4)


def test_a_late_engine_is_said_on_every_page(show, escalated, pedro):
    EngineHeartbeat.objects.all().delete()
    show("engine-late", "/escalations/", pedro)


def test_the_pages_of_a_person_are_well(show, show_all, escalated, pedro):
    show_all(["/monitoring/", "/bell/", "/me/", "/me/tokens/", "/api/docs/", "/accounts/password/change/"], pedro)

    def issue(page: Browsed) -> None:
        page.locator("#id_name").fill("Dashboard")
        page.locator("form:has(#id_name) button.button-primary").click()
        expect(page.locator("#token")).to_be_visible()

    show("me-token-issued", "/me/tokens/", pedro, act=issue)


PLAYBOOKS = ("", "scenario-map/", "self-inflicted/", "response-assessment/", "scenario-map/versions/1/changes/")


@pytest.mark.parametrize("address", PLAYBOOKS)
def test_the_playbooks_are_well(address, show, escalated, maya):
    show(f"playbooks-{address}".strip("/").replace("/", "-"), f"/playbooks/{address}", maya, at_least=1)


ADMIN = (
    "/admin/",
    "/admin/accounts/user/",
    "/admin/accounts/role/",
    "/admin/monitoring/channel/",
    "/admin/monitoring/channel/add/",
    "/admin/playbooks/playbook/",
    "/admin/playbooks/escalationpolicy/",
    "/admin/crisis/escalation/",
    "/demo/mail/",
)


def test_the_admin_is_well(show_all, escalated, ada):
    show_all(ADMIN, ada)


def test_the_pages_of_units_are_well(show, show_all, escalated, maya, ada):
    press = make_unit("press")
    press.members.add(maya)
    Unit.objects.create(slug="central", name="Central", is_central=True).members.add(ada)
    show_all(["/admin/accounts/unit/", "/admin/accounts/unit/add/", "/admin/accounts/user/add/"], ada)
    show("unit", f"/admin/accounts/unit/{press.pk}/change/", ada)
    show("person-in-a-unit", f"/admin/accounts/user/{maya.pk}/change/", ada)

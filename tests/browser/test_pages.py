"""Every page beside the inbox, in both themes and sizes: escalations, a message's link, monitoring, people, admin."""

from itertools import cycle

import pytest

from accounts.models import User
from crisis.escalate import acknowledge, advance_due, cancel
from crisis.links import token_of
from crisis.models import Acknowledgement, ContactMethod, Escalation, Page
from crisis.notify import deliver_due
from tests.browser.story import tell
from tests.chromium import DESK, scenes
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


@pytest.mark.parametrize(("name", "look"), scenes("escalations", looks_of_each=4))
def test_the_escalations_are_well(name, look, open_page, picture, escalated, pedro):
    visit(open_page, picture, "/escalations/", pedro, name, look)


@pytest.mark.parametrize(("name", "look"), scenes("fire", "press", "lena", looks_of_each=2))
def test_an_escalation_is_well(name, look, open_page, picture, escalated, pedro):
    visit(open_page, picture, f"/escalations/{escalated[name].pk}/", pedro, f"escalation-{name}", look)


@pytest.mark.parametrize(("name", "look"), scenes("link", looks_of_each=4))
def test_the_link_of_a_message_is_well(name, look, open_page, picture, escalated, pedro):
    page = Page.objects.filter(escalation=escalated["fire"], person=pedro).get()
    User.objects.filter(pk=pedro.pk).update(language=look[2])
    visit(open_page, picture, f"/p/{token_of(page)}/", None, name, look)


PEOPLE = ("/monitoring/", "/bell/", "/me/", "/accounts/password/change/")


@pytest.mark.parametrize(("address", "look"), scenes(*PEOPLE, looks_of_each=2))
def test_a_page_is_well(address, look, open_page, picture, escalated, pedro):
    visit(open_page, picture, address, pedro, address.strip("/").replace("/", "-"), look)


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


@pytest.mark.parametrize(
    ("address", "look"),
    list(zip(ADMIN, cycle([(DESK, "light", "en"), (DESK, "dark", "de")]), strict=False)),
)
def test_the_admin_is_well(address, look, open_page, picture, escalated, ada):
    visit(open_page, picture, address, ada, address.strip("/").replace("/", "-"), look)


def visit(open_page, picture, address, person, name, look):
    page = open_page(address, person, look=look)
    page.watch.assert_well()
    picture(page, f"page-{name}", look=look)

"""`EMPTY=1 make run`: from the code on the screen to a console that is ready, in a browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.signing_in import code as app_code
from tests.console import Console
from tests.crisis.smtp import Mailbox, mail_server
from tests.flows.feed import published_feed
from tests.until import until

pytestmark = pytest.mark.browser
PASSWORD = "a kettle that whistles at four"


@pytest.fixture(scope="module")
def feed():
    with published_feed() as feed:
        yield feed


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def console(tmp_path_factory, feed, mailbox) -> Iterator[Console]:
    """As in earnest: with a mail server, and second factors required."""
    console = Console(
        tmp_path_factory.mktemp("first-run"),
        EMPTY="1",
        EMAIL_URL=f"smtp://127.0.0.1:{mailbox.port}",
        OUTBOUND_ALLOW=feed.server.host_port,
    )
    console.start()
    yield console
    console.stop()


def test_the_first_administrator_sets_the_console_up(visit, console, feed, mailbox, picture):
    code = re.search(r"/first-run/  with the set-up code  (\S+)", console.said()).group(1)
    page = visit(console)
    page.goto("/")
    expect(page).to_have_url(re.compile("/first-run/$"))
    page.watch.assert_well()
    picture(page, "first-run")
    make_the_account(page, "not-the-code")
    expect(page.get_by_text("This is not the set-up code of this console.")).to_be_visible()
    page.watch.assert_well(expecting_status=422)
    make_the_account(page, code)
    page.watch.errors.clear()
    set_an_app_up(page)
    page.watch.assert_well()
    picture(page, "first-run-checklist")

    expect(page.locator("#check-playbooks[data-done]")).to_be_visible()
    page.get_by_role("button", name="Take every empty role myself for now").click()
    expect(page.locator("#press-people")).to_have_count(0)
    page.get_by_role("button", name="Page me now").click()
    take_over(page)
    invite_somebody(page)
    accept_the_invitation(visit(console), mailbox)
    page.goto("/first-run/checklist/")
    expect(page.locator("#check-people[data-done]")).to_be_visible()
    connect(page, feed)
    page.goto("/first-run/checklist/")
    expect(page.get_by_text("This console is ready.")).to_be_visible()
    page.watch.assert_well()
    picture(page, "first-run-ready")
    assert "set-up code" in console.manage("setup_code").stderr
    assert not (console.folder / "var" / "setup-code").exists()


def make_the_account(page: Page, code: str) -> None:
    said = {
        "Set-up code": code,
        "First name": "Rosa",
        "Last name": "Klein",
        "User name": "rosa",
        "E-mail": "rosa@company.example",
        "Password": PASSWORD,
        "Password, once more": PASSWORD,
    }
    for label, text in said.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Make the first account").click()


def set_an_app_up(page: Page) -> None:
    """An administrator needs a second factor before anything else; then the checklist follows."""
    expect(page.get_by_text("Set one up to go on.")).to_be_visible()
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("Six digits").fill(app_code(secret=page.locator("#totp-secret").text_content()))
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_role("link", name="I have kept them: go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up this console")


def take_over(page: Page) -> None:
    """By the link of the page itself, once the pager has sent it."""
    page.get_by_role("link", name="Open it in the console").click()
    page.get_by_role("button", name="I have it").click()
    expect(page.locator("#escalation .badge").first).to_have_text("Acknowledged")
    page.goto("/first-run/checklist/")
    expect(page.locator("#check-page[data-done]")).to_be_visible()


def invite_somebody(page: Page) -> None:
    page.get_by_role("link", name="Invite somebody").click()
    page.locator("#id_email").fill("second@company.example")
    page.get_by_label("PR lead", exact=True).first.check()
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def accept_the_invitation(page: Page, mailbox: Mailbox) -> None:
    mail = until(lambda: next((mail for mail in mailbox.arrived if "second@" in str(mail["To"])), None))
    page.goto(re.search(r"http://\S+/invitation/\S+", mail.get_body(("plain",)).get_content()).group())
    said = {"User name": "second", "First name": "Sven", "Last name": "Ode", "Password": PASSWORD}
    for label, text in said.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_text("Set one up to go on.")).to_be_visible()


def connect(page: Page, feed) -> None:
    feed.publish(first="The new kettle of Brauhell whistles in tune. Lovely.")
    page.get_by_role("link", name="Connect a channel").click()
    page.locator("#id_name").press_sequentially("Customer forum feed")
    page.locator("#id_kind").select_option("feed")
    page.locator("#id_address").fill(feed.url)
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()

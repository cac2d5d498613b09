"""`EMPTY=1 make run`: from the code on the screen to a console that is ready, in a browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import Watch
from tests.chromium import DESK, PHONE
from tests.console import Console
from tests.flows.feed import published_feed

pytestmark = pytest.mark.browser
PASSWORD = "a kettle that whistles at four"


@pytest.fixture(scope="module")
def feed():
    with published_feed() as feed:
        yield feed


@pytest.fixture(scope="module")
def console(tmp_path_factory, feed) -> Iterator[Console]:
    console = Console(
        tmp_path_factory.mktemp("first-run"),
        EMPTY="1",
        SECOND_FACTOR="optional",
        OUTBOUND_ALLOW=feed.server.host_port,
    )
    console.start()
    yield console
    console.stop()


def test_the_first_administrator_sets_the_console_up(browser, console, feed, picture):
    code = re.search(r"/first-run/  with the set-up code  (\S+)", console.said()).group(1)
    page = visitor(browser, console)
    page.goto("/")
    expect(page).to_have_url(re.compile("/first-run/$"))
    page.watch.assert_well()
    picture(page, "first-run")
    make_the_account(page, "not-the-code")
    expect(page.get_by_text("This is not the set-up code of this console.")).to_be_visible()
    page.watch.assert_well(expecting_status=422)
    make_the_account(page, code)
    expect(page).to_have_url(re.compile("/first-run/checklist/$"))
    page.watch.errors.clear()
    page.watch.assert_well()
    picture(page, "first-run-checklist")

    expect(page.locator("#check-playbooks[data-done]")).to_be_visible()
    page.get_by_role("button", name="Take every empty role myself for now").click()
    page.get_by_role("button", name="Page me now").click()
    take_over(page)
    add_a_person(page)
    connect(page, feed)
    page.goto("/first-run/checklist/")
    expect(page.get_by_text("This console is ready.")).to_be_visible(timeout=30_000)
    page.watch.assert_well()
    picture(page, "first-run-ready")
    assert "set-up code" in console.manage("setup_code").stderr
    assert not (console.folder / "var" / "setup-code").exists()


def visitor(browser, console: Console) -> Page:
    size = {"width": DESK[0], "height": DESK[1]}
    context = browser.new_context(base_url=console.address, viewport=size, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    page.watch = Watch(page)
    return page


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


def take_over(page: Page) -> None:
    """By the link of the page itself, once the pager has sent it."""
    page.get_by_role("link", name="Open it in the console").click()
    page.get_by_role("button", name="I have it").click(timeout=20_000)
    expect(page.locator("#escalation .badge").first).to_have_text("Acknowledged")
    page.goto("/first-run/checklist/")
    expect(page.locator("#check-page[data-done]")).to_be_visible()


def add_a_person(page: Page) -> None:
    page.get_by_role("link", name="Add a person").click()
    page.locator("#id_username").fill("second")
    for name in ("#id_password1", "#id_password2"):
        if page.locator(name).count():
            page.locator(name).fill(PASSWORD)
    if page.locator("#id_email").count():
        page.locator("#id_email").fill("second@company.example")
    page.locator("[name=_save]").click()
    page.goto("/first-run/checklist/")
    expect(page.locator("#check-people[data-done]")).to_be_visible()


def connect(page: Page, feed) -> None:
    feed.publish(first="The new kettle of Brauhell whistles in tune. Lovely.")
    page.get_by_role("link", name="Connect a channel").click()
    page.locator("#id_name").press_sequentially("Customer forum feed")
    page.locator("#id_kind").select_option("feed")
    page.locator("#id_address").fill(feed.url)
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_the_checklist_is_well_on_a_phone_in_german_and_in_the_dark(browser, console, picture):
    context = browser.new_context(
        base_url=console.address,
        viewport={"width": PHONE[0], "height": PHONE[1]},
        color_scheme="dark",
        locale="de-DE",
    )
    page = context.new_page()
    page.watch = Watch(page)
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill("rosa")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button.button-primary").first.click()
    page.wait_for_url("**/inbox/**")
    console.rows("UPDATE accounts_user SET language = 'de' WHERE username = 'rosa'")
    page.goto("/first-run/checklist/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Diese Konsole einrichten")
    page.watch.assert_well()
    picture(page, "first-run-phone")

"""People in browsers of their own, signed in with their passwords."""

from playwright.sync_api import Browser, Page

from tests.browser.checks import Watch
from tests.chromium import DESK
from tests.console import Console


def sign_in(browser: Browser, console: Console, username: str, *, size=DESK, theme: str = "light") -> Page:
    """A watched page of somebody who has just signed in through the form."""
    account = console.account(username)
    context = browser.new_context(
        base_url=console.address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.watch = Watch(page)
    page.goto("/accounts/login/")
    page.get_by_label("User name or e-mail").fill(account["username"])
    page.get_by_label("Password").fill(account["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/inbox/**")
    return page

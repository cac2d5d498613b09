"""Browsers for the people of a story; they are closed when it ends, and no longer ask a console that is gone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.checks import Watch
from tests.chromium import DESK, Look, new_context, new_page
from tests.console import Console


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`visit(console)` gives a watched page of a visitor."""
    contexts = []

    def visit_one(console: Console, look: Look = (DESK, "light", "en")) -> Page:
        context = new_context(browser, look, base_url=console.address)
        contexts.append(context)
        page = new_page(context, look)
        page.watch = Watch(page)
        return page

    yield visit_one
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(visit: Callable[..., Page]) -> Callable[..., Page]:
    """`sign_in(console, "maya")` gives a page of somebody who has just signed in through the form."""

    def sign_one_in(console: Console, username: str, look: Look = (DESK, "light", "en")) -> Page:
        account = console.account(username)
        page = visit(console, look)
        page.goto("/accounts/login/")
        page.get_by_label("User name or e-mail").fill(account["username"])
        page.get_by_label("Password").fill(account["password"])
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#queue")).to_be_visible()
        return page

    return sign_one_in

"""Workers and nightwatch that stand still are said on every open page without a reload, and that they are back, too."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.console import Console

pytestmark = pytest.mark.browser
SPEED = 10
PAGES = ("/inbox/", "/escalations/", "/monitoring/")


@pytest.fixture
def console(tmp_path) -> Iterator[Console]:
    console = Console(tmp_path, ENGINE_SPEED=str(SPEED))
    console.start()
    yield console
    console.stop()


def test_an_engine_that_stands_still_is_said_on_every_page(sign_in, console: Console, picture):
    first = sign_in(console, "pedro")
    pages = [first] + [first.context.new_page() for _address in PAGES[1:]]
    for page, address in zip(pages, PAGES, strict=True):
        page.goto(address)
        page.evaluate("window.wasNotReloaded = true")
        expect(page.locator("html")).to_have_attribute("data-stream", "on")
        expect(strip(page)).to_be_hidden()
    with standing_still(console, "worker"):
        each(pages, "The workers do not run.")
        picture(first, "engine-worker-late")
        with standing_still(console, "nightwatch"):
            each(pages, "Pages do not go out")
            picture(first, "engine-stopped")
    for page in pages:
        page.bring_to_front()
        expect(strip(page)).to_be_hidden()
        assert page.evaluate("window.wasNotReloaded")


def each(pages: list[Page], said: str) -> None:
    for page in pages:
        page.bring_to_front()
        expect(strip(page)).to_contain_text(said)


def strip(page: Page):
    return page.locator("#engine-strip [role=alert]")


@contextmanager
def standing_still(console: Console, word: str) -> Iterator[None]:
    """Stopped as a hanging process is: the supervisor does not start another one."""
    (process,) = [child for child in console.process.children(recursive=True) if word in child.cmdline()]
    process.suspend()
    try:
        yield
    finally:
        process.resume()

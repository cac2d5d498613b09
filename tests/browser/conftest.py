"""A real Chromium before a real console. Without a Chromium these tests are skipped, or fail where CI is set."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from accounts.models import User
from tests.browser.checks import Watch
from tests.browser.server import running_console

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


def launch(playwright: Playwright) -> Browser:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    try:
        return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    except Error as error:
        reason = "No Chromium found: install one, or name it in CHROMIUM, to run the browser's tests."
        if os.environ.get("CI"):
            pytest.fail(f"{reason}\n{error}", pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def console(django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running console on the test's database."""
    with django_db_blocker.unblock():
        running = running_console(tmp_path_factory.mktemp("console"))
        address = running.__enter__()
    yield address
    running.__exit__(None, None, None)


@pytest.fixture
def open_page(browser: Browser, console: str, transactional_db) -> Iterator[Callable[..., Page]]:
    """`open_page("/inbox/", maya, size=PHONE, theme="dark", language="de")` gives a watched page."""
    contexts = []

    def open_one(
        address: str, person: User | None = None, *, size=DESK, theme="light", language="en", **options
    ) -> Page:
        width, height = size
        context = browser.new_context(
            base_url=console,
            viewport={"width": width, "height": height},
            locale={"en": "en-GB", "de": "de-DE"}[language],
            color_scheme=theme,
            reduced_motion="reduce",
            has_touch=width < 760,
            is_mobile=width < 760,
            **options,
        )
        contexts.append(context)
        if person:
            User.objects.filter(pk=person.pk).update(language=language)
            context.add_cookies([session_cookie(console, person)])
        page = context.new_page()
        page.watch = Watch(page)
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()


def session_cookie(console: str, person: User) -> dict[str, str]:
    client = Client()
    client.force_login(person)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": console}


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: PICTURES if set, else a folder of this run."""
    folder = Path(os.environ.get("PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def picture(pictures: Path) -> Callable[[Page, str], None]:
    def take(page: Page, name: str, *, whole: bool = False) -> None:
        page.screenshot(path=pictures / f"{name}.png", full_page=whole, caret="initial", animations="disabled")

    return take

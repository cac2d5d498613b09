"""A running console on the test's database, and pages of it in Chromium."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests.browser.checks import Watch
from tests.browser.server import running_console
from tests.chromium import KEY_LOOKS, Look


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
    """`open_page("/inbox/", maya, look=(PHONE, "dark", "de"))` gives a watched page."""
    contexts = []

    def open_one(address: str, person: User | None = None, *, look: Look = KEY_LOOKS[0], **options) -> Page:
        (width, height), theme, language = look
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

"""A running console on the test's database, and pages of it in Chromium."""

import re
from collections.abc import Callable, Iterable, Iterator

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests.browser.checks import Watch
from tests.browser.server import running_console
from tests.chromium import FORCED, KEY_LOOKS, Look, looks_of, new_context, new_page
from tests.until import until


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
        context = new_context(browser, look, base_url=console, **options)
        contexts.append(context)
        if person:
            User.objects.filter(pk=person.pk).update(language=look[2])
            context.add_cookies([session_cookie(console, person)])
        page = new_page(context, look)
        page.watch = Watch(page, colours_are_ours=look[1] != FORCED and "forced_colors" not in options)
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    until(nobody_asks)


@pytest.fixture
def show(open_page: Callable[..., Page], picture: Callable[..., None]) -> Callable[..., None]:
    """`show("bell", "/bell/", pedro)`: a scene in its looks, each checked and pictured; then all faults are told.

    The address may be made for a look. `act(page)` leads from it to the scene, whatever the page's language.
    """

    def show_scene(name, address, person=None, *, at_least=1, act=None, expecting=None) -> None:
        faults = []
        for look in looks_of(name, at_least):
            page = open_page(address(look) if callable(address) else address, person, look=look)
            if act:
                act(page)
            faults += [f"{name} {look}: {fault}" for fault in page.watch.faults(expecting)]
            picture(page, name, look=look)
            page.context.close()
        assert not faults, "\n".join(faults)

    return show_scene


@pytest.fixture
def show_all(show: Callable[..., None]) -> Callable[..., None]:
    """`show_all(["/bell/", "/me/"], pedro)`: each a scene, named after its address, on the same rows."""

    def show_scenes(addresses: Iterable[str], person: User | None = None) -> None:
        failed = []
        for address in addresses:
            try:
                show(re.sub(r"\W+", "-", address.strip("/")), address, person)
            except AssertionError as error:
                failed.append(str(error))
        assert not failed, "\n".join(failed)

    return show_scenes


def nobody_asks() -> bool:
    """Whether the console has answered what the pages asked last: the tables are emptied after a test."""
    others = "datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND {others}")
        return cursor.fetchone() == (0,)


def session_cookie(console: str, person: User) -> dict[str, str]:
    client = Client()
    client.force_login(person)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": console}

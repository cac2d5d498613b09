"""A real Chromium and its pictures. Without a Chromium these tests are skipped, or fail where CI is set."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import cycle, islice, product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
DESK, TABLET, PHONE, NARROW = (1440, 900), (900, 1100), (390, 844), (320, 640)
Look = tuple[tuple[int, int], str, str]
KEY_LOOKS: list[Look] = [
    (DESK, "light", "en"),
    (DESK, "dark", "de"),
    (PHONE, "light", "de"),
    (PHONE, "dark", "en"),
    (NARROW, "light", "de"),
    (TABLET, "light", "de"),
]
EVERY_LOOK: list[Look] = list(product((DESK, TABLET, PHONE, NARROW), ("light", "dark"), ("en", "de")))


def scenes(*names: str, looks_of_each: int = len(KEY_LOOKS)) -> list[tuple[str, Look]]:
    """Which scene is shown in which look: a few that differ from name to name, or with SCENES=1 every one in all."""
    if os.environ.get("SCENES"):
        return list(product(names, EVERY_LOOK))
    looks = cycle(KEY_LOOKS)
    return [(name, look) for name in names for look in islice(looks, looks_of_each)]


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
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: PICTURES if set, else a folder of this run."""
    folder = Path(os.environ.get("PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def picture(pictures: Path) -> Callable[..., None]:
    """`picture(page, "inbox", look=look)`: the whole page where it scrolls, else the screen."""

    def take(page: Page, name: str, *, look: Look | None = None) -> None:
        parts = [name] if look is None else [name, str(look[0][0]), *look[1:]]
        path = pictures / f"{'-'.join(parts)}.png"
        page.screenshot(path=path, full_page=look is not None, caret="initial", animations="disabled")

    return take

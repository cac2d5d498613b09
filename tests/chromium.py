"""A real Chromium, and the looks in which scenes are shown. Without one these tests are skipped, or fail with CI.

It is the one that CHROMIUM names; else the first of NAMES on the PATH that starts; else the one of Playwright itself.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from zlib import crc32

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect, sync_playwright

from tests.gallery import Gallery, Look
from tests.until import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
DESK, TABLET, PHONE, NARROW = (1440, 900), (900, 1100), (390, 844), (320, 640)
SINGLE_COLUMN = 760  # below it pages scroll as a whole and a finger does the pointing
FORCED, LARGE = "forced", "large"  # the system's own colours; letters of twice the size
KEY_LOOKS: list[Look] = [
    (DESK, "light", "en"),
    (DESK, "dark", "de"),
    (PHONE, "light", "de"),
    (PHONE, "dark", "en"),
    (NARROW, "light", "de"),
    (TABLET, "light", "de"),
]
EVERY_LOOK: list[Look] = [
    *product((DESK, TABLET, PHONE, NARROW), ("light", "dark"), ("en", "de")),
    *product((DESK, PHONE), (FORCED, LARGE), ("de",)),
]


def looks_of(name: str, at_least: int = 2) -> list[Look]:
    """In which looks a scene is shown: a few that differ from name to name, or with SCENES=1 every one there is."""
    if os.environ.get("SCENES"):
        return EVERY_LOOK
    first = crc32(name.encode()) % len(KEY_LOOKS)
    return [KEY_LOOKS[(first + step) % len(KEY_LOOKS)] for step in range(at_least)]


def new_context(browser: Browser, look: Look, **options) -> BrowserContext:
    """A browser of its own, as wide, coloured, tongued and pointed at as the look says."""
    (width, height), theme, language = look
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale={"en": "en-GB", "de": "de-DE"}[language],
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=width < SINGLE_COLUMN,
        is_mobile=width < SINGLE_COLUMN,
        **({"forced_colors": "active"} if theme == FORCED else {}) | options,
    )
    context.set_default_timeout(PATIENCE * 1000)
    return context


def new_page(context: BrowserContext, look: Look) -> Page:
    page = context.new_page()
    if look[1] == LARGE:
        sizes = {"fontSizes": {"standard": 32, "fixed": 26}}
        context.new_cdp_session(page).send("Page.setFontSizes", sizes)
    return page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


def launch(playwright: Playwright) -> Browser:
    problems = []
    for path in candidates():
        try:
            return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            problems.append(f"{path or 'of Playwright'}: {error}")
    reason = "No Chromium starts: install one, or name it in CHROMIUM, to run the browser's tests."
    if os.environ.get("CI"):
        pytest.fail("\n".join([reason, *problems]), pytrace=False)
    pytest.skip(reason)


def candidates() -> list[str | None]:
    """Where a Chromium may be; None for the one that Playwright knows itself."""
    named = os.environ.get("CHROMIUM")
    return [named] if named else [*filter(None, map(shutil.which, NAMES)), None]


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    """Where screenshots go: PICTURES if set, else a folder of this run."""
    gallery = Gallery(Path(os.environ.get("PICTURES") or tmp_path_factory.mktemp("pictures")))
    yield gallery
    gallery.write()


@pytest.fixture
def picture(gallery: Gallery) -> Callable[..., None]:
    """`picture(page, "inbox", look=look)`: the whole page where it scrolls, else the screen."""

    def take(page: Page, name: str, *, look: Look | None = None) -> None:
        watch = getattr(page, "watch", None)
        path = gallery.add(name, look, page.url, watch.found if watch else None)
        if look and look[0][0] < SINGLE_COLUMN:
            show_all_of(page, look[0])
        page.screenshot(path=path, full_page=look is not None, caret="initial", animations="disabled")

    return take


def show_all_of(page: Page, size: tuple[int, int]) -> None:
    """A screen as high as the page, so that what is fixed to its bottom stands at the bottom of the picture."""
    width, height = size
    page.set_viewport_size({"width": width, "height": max(height, page.evaluate("document.body.scrollHeight"))})

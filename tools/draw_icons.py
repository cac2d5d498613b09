"""Draws the mark as the pictures that cannot be SVG, with Chromium. Its output is committed.

Run by `.venv/bin/python -m tools.draw_icons` after a change of static/img/mark.svg.
"""

import struct
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.chromium import launch

STATIC = Path(__file__).resolve().parents[1] / "static"
ROOT = STATIC / "root"
GROUND = "#1d4fd7"
PAGE = "<body style='margin:0;display:grid;place-items:center;height:100vh;background:{}'><img src='{}' width='{}'>"


def main() -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        (ROOT / "favicon.ico").write_bytes(ico(draw(browser, 32), 32))
        (ROOT / "apple-touch-icon.png").write_bytes(draw(browser, 180, ground=GROUND, share=0.86))
        (ROOT / "icon-192.png").write_bytes(draw(browser, 192))
        (ROOT / "icon-512.png").write_bytes(draw(browser, 512))
        (ROOT / "icon-maskable-512.png").write_bytes(draw(browser, 512, ground=GROUND, share=0.7))
        browser.close()


def draw(browser: Browser, size: int, *, ground: str = "transparent", share: float = 1.0) -> bytes:
    """A square PNG. Systems that cut a shape out themselves want a ground that fills it, and the mark inside."""
    page = browser.new_page(viewport={"width": size, "height": size})
    page.goto((STATIC / "img").as_uri())  # so that the mark beside it may be loaded
    page.set_content(PAGE.format(ground, (STATIC / "img" / "mark.svg").as_uri(), round(size * share)))
    page.wait_for_function("document.images[0].complete && document.images[0].naturalWidth")
    picture = page.screenshot(omit_background=True)
    page.close()
    return picture


def ico(png: bytes, size: int) -> bytes:
    """An .ico with one picture; PNG inside is read by everything since Windows Vista."""
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(png), len(header) + 16)
    return header + entry + png


if __name__ == "__main__":
    main()

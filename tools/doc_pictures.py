"""Takes the pictures of README and the manuals from a running demo, as WebP in docs/images.

Run by `.venv/bin/python -m tools.doc_pictures` beside `make run` (PORT, VAR_DIR), soon after its first start.
"""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.chromium import DESK, PHONE, launch, new_context

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
VAR_DIR = Path(os.environ.get("VAR_DIR", "var"))
ADDRESS = f"http://localhost:{os.environ.get('PORT', '8000')}"
LOOKS = [("light", "en"), ("light", "de"), ("dark", "en")]
TO_WEBP = """async ([png, quality]) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def main() -> None:
    people = {person["username"]: person for person in json.loads((VAR_DIR / "demo-accounts.json").read_text())}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for theme, language in LOOKS:
            folder = IMAGES / (language if theme == "light" else "dark")
            for name, size, who, take in PICTURES:
                if theme == "light" or name in IN_THE_DARK:
                    with signed_in(browser, people[who], size, theme, language) as page:
                        save(browser, take(page), folder / f"{name}.webp")
        browser.close()


@contextmanager
def signed_in(browser: Browser, person: dict, size, theme: str, language: str) -> Iterator[Page]:
    context = new_context(browser, (size, theme, language), base_url=ADDRESS, device_scale_factor=1.5)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", person["username"])
    page.fill("[name=password]", person["password"])
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "login" not in url)
    if page.locator("html").get_attribute("lang") != language:
        page.locator(".topbar-end .menu:last-of-type > summary").click()
        page.locator(f"button[name=language][value={language}]").click()
        page.wait_for_selector(f"html[lang={language}]")
    yield page
    context.close()


def save(browser: Browser, shown: Page | Locator, path: Path) -> None:
    png = shown.screenshot(caret="initial", animations="disabled")
    page = browser.new_page()
    webp = page.evaluate(TO_WEBP, [base64.b64encode(png).decode(), 0.72])
    page.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(base64.b64decode(webp))
    print(f"{path.relative_to(IMAGES)}: {path.stat().st_size // 1024} KB")


def open_mention(page: Page) -> None:
    """The first one of the queue whose risks wait for their confirmation and nothing else."""
    page.goto("/inbox/")
    rows = page.locator("a[data-row]")
    addresses = [rows.nth(at).get_attribute("href") for at in range(rows.count())]
    for address in addresses:
        page.goto(address)
        if page.locator("#decision .suggested").count() and page.locator(".risklist").count():
            return


def inbox(page: Page) -> Page:
    open_mention(page)
    page.wait_for_timeout(1500)  # the clocks and the letters
    return page


def decide(page: Page) -> Locator:
    inbox(page)
    return page.locator("#decision")


def escalate(page: Page) -> Locator:
    inbox(page)
    page.keyboard.press("e")
    page.wait_for_selector("#decision-form[data-disposition=escalate]")
    return page.locator("#decision-form")


def escalation(page: Page) -> Page:
    page.goto("/escalations/")
    page.locator(".erow").first.click()
    page.wait_for_selector("#escalation")
    page.wait_for_timeout(1500)
    return page


def at(address: str):
    def go(page: Page) -> Page:
        page.goto(address)
        page.wait_for_timeout(800)
        return page

    return go


IN_THE_DARK = {"inbox", "escalation"}
PICTURES = [
    ("inbox", DESK, "maya", inbox),
    ("decide", DESK, "maya", decide),
    ("escalate", DESK, "maya", escalate),
    ("escalation", DESK, "pedro", escalation),
    ("escalation-phone", PHONE, "pedro", escalation),
    ("channels", (1200, 760), "ada", at("/monitoring/")),
    ("roles", (1200, 640), "ada", at("/admin/accounts/role/")),
]

if __name__ == "__main__":
    main()

"""The naughty strings in a real browser, on a narrow phone: nothing runs, asks elsewhere, hides, or breaks the page."""

import json

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from monitoring.models import Mention
from monitoring.readings import read_due
from playbooks.starter.load import load_starter
from tests.browser.checks import TOO_WIDE
from tests.chromium import NARROW
from tests.hostile.naughty import strings
from tests.make import make_channel
from triage.suggest import suggest_new

pytestmark = pytest.mark.browser
LOOK = (NARROW, "light", "en")
BATCH = 48  # a conversation shows so many
HIDDEN = (
    r"""() => (document.body.innerText + document.title).match(/[\u200b\u202a-\u202e\u2066-\u2069\ufeff]/g) ?? []"""
)


@pytest.fixture
def batches(transactional_db, maya) -> list[int]:
    """The first mention of each batch: every string is in a conversation with its neighbours."""
    load_starter(timezone.now())
    make_channel("main")
    client = Client()
    client.force_login(maya)
    texts = strings()
    for start in range(0, len(texts), BATCH):
        sent = [
            {
                "channel": "main", "external_id": f"{start}-{n}", "text": text, "posted_at": "2026-11-20T08:15:00Z",
                "conversation": f"talk {start}", "author": {"handle": text[:300], "display_name": text[:300]},
            }
            for n, text in enumerate(texts[start : start + BATCH])
        ]  # fmt: skip
        client.post("/api/v1/mentions/", json.dumps(sent), content_type="application/json")
    while read_due():
        pass
    while suggest_new():
        pass
    return list(Mention.objects.order_by("conversation", "pk").distinct("conversation").values_list("pk", flat=True))


def trouble(page: Page, seen: list[str]) -> list[str]:
    """What the page did that it should not, since it was opened."""
    found = [f"policy: {report}" for report in page.evaluate("window.policyReports")]
    found += [f"console: {line}" for line in page.watch.errors]
    found += [f"too wide: {element}" for element in page.evaluate(TOO_WIDE)]
    found += [f"hidden: {sign!a}" for sign in page.evaluate(HIDDEN)]
    found += seen
    page.watch.errors.clear()
    seen.clear()
    return [f"{page.url} {line}" for line in found]


def test_every_batch_lies_still(batches, open_page, maya, console):
    page = open_page("/inbox/", maya, look=LOOK)
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda asked: asked.url.startswith(console) or seen.append(f"request: {asked.url}"))
    found = trouble(page, seen)
    for pk in batches:
        page.goto(f"/m/{pk}/")
        found += trouble(page, seen)
    page.goto("/inbox/")
    while True:
        found += trouble(page, seen)
        more = page.locator("#queue [href*='cursor=']").first
        if not more.count():
            break
        page.goto(more.get_attribute("href"))
    assert not found, "\n".join(found)


def test_the_administration_lies_still(batches, open_page, ada, console):
    page = open_page("/admin/monitoring/mention/", ada, look=LOOK)
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    found = trouble(page, seen)
    for address in ("/admin/monitoring/author/", f"/admin/monitoring/mention/{batches[-1]}/change/"):
        page.goto(address)
        found += trouble(page, seen)
    assert not found, "\n".join(found)

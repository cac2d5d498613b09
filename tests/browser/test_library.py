"""Scenarios, approved answers, house pages and the texts beside the reply, in both themes and sizes; one page of paper."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from playbooks.models import ChannelNote, KnowledgeEntry
from tests.browser.story import tell
from tests.until import until
from triage.models import Reply, Triage

pytestmark = pytest.mark.browser


@pytest.fixture
def told(db, maya, pedro) -> dict[str, Triage]:
    now = timezone.now()
    KnowledgeEntry.objects.create(
        question_en="Does the kettle work with 110 volts?", also_en="Does it work with 110 V?",
        question_de="Funktioniert der Wasserkocher mit 110 Volt?",
        answer_en="No, {name}: 230 V only. More: {link}", answer_de="Nein, {name}: nur 230 V. Mehr: {link}",
        owner=maya, author=maya, approved_by=pedro, approved_at=now,
    )  # fmt: skip
    rows = tell()
    channel = rows["question"].mention.channel
    ChannelNote.objects.create(
        channel=channel, people="Curious, quick, fond of details.", do="Say the model", do_not="Ads"
    )
    return rows


@pytest.mark.parametrize(
    "address",
    [
        "/playbooks/scenarios/",
        "/playbooks/scenarios/product-safety/",
        "/playbooks/knowledge/",
        "/playbooks/house/house-rules/",
    ],
)
def test_a_page_is_well(address, show, told, pedro):
    show(address.strip("/").replace("/", "-"), address, pedro, at_least=4)


def test_a_scenario_fits_on_one_sheet_of_paper(open_page, told, pedro):
    for slug in ("worst-case", "harassment"):
        page = open_page(f"/playbooks/scenarios/{slug}/", pedro, look=((1440, 900), "light", "de"))
        assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))) == 1, slug


def test_an_answer_is_inserted_refused_while_something_is_open_and_sent_when_filled(open_page, told, maya):
    page: Page = open_page(f"/m/{told['question'].pk}/", maya)
    expect(page.get_by_text("Curious, quick, fond of details.")).to_be_visible()
    page.get_by_role("button", name="Confirm: no risk").click()
    expect(page.get_by_role("button", name="Confirm: no risk")).to_have_count(0)
    page.locator("#reply-texts").get_by_role("button", name=re.compile("^Insert ?: Does the kettle")).click()
    box = page.get_by_label("Text of the reply")
    expect(box).to_have_value(re.compile(r"^No, Tomáš Łukasiewicz: 230 V only. More: \{link\}$"))
    page.watch.assert_well()

    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply-text-error")).to_contain_text("{link}: Where more about it stands.")
    expect(box).to_be_focused()
    expect(box).to_have_value(re.compile(r"\{link\}$"))
    assert not Reply.objects.exists()

    box.fill("No, Tomáš Łukasiewicz: 230 V only.")
    page.keyboard.press("Control+Enter")
    until(Reply.objects.exists)
    assert Reply.objects.get().mention_id == told["question"].pk

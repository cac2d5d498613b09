"""maya works through the queue without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from monitoring.models import OutboundPost
from tests.browser.story import tell
from triage.models import Decision, Triage

pytestmark = pytest.mark.browser


@pytest.fixture
def told(db):
    return tell()


def open_mention(page: Page) -> str:
    return page.locator("#mention-title").inner_text()


def test_j_and_k_move_and_the_mention_follows(open_page, told, maya):
    page = open_page("/inbox/", maya)
    page.keyboard.press("j")
    expect(page.locator("#mention-title")).to_have_text("Ines Berger")
    expect(page.locator("a[data-row]").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("#mention-title")).to_have_text("Sächsische Rundschau")
    expect(page).to_have_url(re.compile(f"/m/{told['press'].pk}/"))
    expect(page.locator('a[data-row][aria-current="true"]')).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#mention-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("a[data-row]").nth(1)).to_be_focused()
    page.watch.assert_well()


def test_two_keys_decide_where_the_playbook_is_sure(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    page.keyboard.press("n")
    expect(page.locator("#decision-form h3")).to_have_text("Respond")
    page.keyboard.press("a")
    expect(page.locator("#toasts")).to_contain_text("Decided: respond.")
    decision = Decision.objects.get(mention=told["thanks"].pk)
    assert (decision.by, decision.disposition, decision.is_deviation) == (maya, "respond", False)
    assert set(decision.answers.values()) == {"no"}
    expect(page.locator("#mention-title")).not_to_have_text("Oma Gerda")
    expect(page.locator(f"#mention-{told['thanks'].pk}")).to_have_attribute("data-state", "decided")


def test_a_reply_goes_with_the_decision(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    page.keyboard.press("n")
    expect(page.locator("#decision-form h3")).to_have_text("Respond")
    page.keyboard.press("r")
    page.keyboard.type("Danke, das freut uns sehr!")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Decided: respond.")
    assert OutboundPost.objects.get().text == "Danke, das freut uns sehr!"


def test_a_deviation_needs_a_reason(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    page.keyboard.press("e")
    expect(page.locator("#decision-form h3")).to_have_text("Escalate")
    page.locator("#id_reason").evaluate("(field) => field.removeAttribute('required')")
    page.locator("#id_reason").evaluate("(field) => field.removeAttribute('minlength')")
    page.locator("#id_reason").fill("short")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_reason_error")).to_be_visible()
    expect(page.locator("#id_reason")).to_be_focused()
    page.locator("#id_reason").fill("A competitor coordinates this praise.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Escalated.")
    assert Decision.objects.get(mention=told["thanks"].pk).is_deviation


def test_questions_are_answered_by_number_and_taken_back(open_page, told, maya):
    page = open_page(f"/m/{told['lena'].pk}/", maya)
    page.keyboard.press("n")
    question = page.locator(".question legend")
    expect(question).to_have_text("Is the complaint plausible?")
    page.keyboard.press("1")
    expect(question).to_have_text("Can we solve it?")
    page.keyboard.press("b")
    expect(question).to_have_text("Is the complaint plausible?")
    page.watch.assert_well()


def test_single_keys_rest_in_fields_and_can_be_switched_off(open_page, told, maya):
    maya.shortcuts = False
    maya.save()
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    expect(page.locator("#decision kbd").first).to_be_hidden()
    page.keyboard.press("n")
    page.keyboard.press("j")
    expect(page.locator("#decision .question h3")).to_have_text("Is the answer to each of these no?")
    assert not Decision.objects.exists()


def test_help_lists_the_keys_of_the_page(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys on this page")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("listitem").filter(has_text="Confirm: no risk")).to_contain_text("N")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_assigning_keeps_the_answers_given_so_far(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    page.keyboard.press("n")
    expect(page.locator("#decision-form h3")).to_have_text("Respond")
    page.keyboard.press("m")
    expect(page.locator("#assignment")).to_contain_text("maya")
    expect(page.locator("#assignment span[hx-get]")).to_have_count(1)
    expect(page.locator("#decision-form h3")).to_have_text("Respond")
    expect(page.locator("#decision:not([aria-busy])")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#toasts")).to_contain_text("Decided: respond.")
    assert Triage.objects.get(pk=told["thanks"].pk).assignee == maya


def test_who_was_slower_sees_what_the_other_chose_and_keeps_the_text(open_page, told, maya, pedro):
    slow = open_page(f"/m/{told['thanks'].pk}/", maya)
    slow.locator("#reply-text").fill("Danke!")
    fast = open_page(f"/m/{told['thanks'].pk}/", pedro)
    fast.keyboard.press("n")
    expect(fast.locator("#decision-form h3")).to_have_text("Respond")
    fast.keyboard.press("a")
    expect(fast.locator("#toasts")).to_contain_text("Decided")
    expect(slow.locator("#notice")).to_contain_text("pedro chose Respond")
    slow.locator("body").click(position={"x": 5, "y": 5})
    slow.keyboard.press("n")
    expect(slow.locator("#decision .notice")).to_contain_text("pedro chose Respond")
    expect(slow.locator("#reply-text")).to_have_value("Danke!")

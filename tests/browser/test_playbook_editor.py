"""ada adds a question in the administration, pedro publishes it on his phone, and the next mention takes the new way."""

import pytest
from playwright.sync_api import Page, expect

from playbooks.drafts import start_draft
from playbooks.models import Playbook, PlaybookVersion
from tests.browser.story import tell
from tests.chromium import DESK, PHONE
from tests.make import make_mention, make_reading
from triage.models import Suggestion
from triage.suggest import suggest_new

pytestmark = pytest.mark.browser
QUESTION = "Is a spare part missing?"


@pytest.fixture
def told(db):
    return tell()


def test_a_question_goes_from_the_editor_into_force_by_two_people(open_page, picture, told, ada, pedro):
    page = open_page("/admin/playbooks/playbook/", ada, look=(DESK, "light", "en"))
    begin_a_draft(page)
    add_a_question(page)
    lead_there(page)
    say_why(page)
    page.watch.assert_well()
    picture(page, "playbook-editor")
    try_it(page)
    ask(page)
    be_refused(page)

    phone = open_page("/playbooks/", pedro, look=(PHONE, "light", "en"))
    publish(phone)
    picture(phone, "playbook-published-phone")

    assert PlaybookVersion.objects.get(playbook__slug="scenario-map", state="published").published_by == pedro
    takes_the_new_way()


def press(page: Page, role: str, name: str) -> None:
    """As a keyboard does: the focus goes there, Enter follows."""
    page.get_by_role(role, name=name, exact=True).first.focus()
    page.keyboard.press("Enter")


def begin_a_draft(page: Page) -> None:
    page.get_by_role("row", name="Scenario map").get_by_role("link", name="1", exact=True).focus()
    page.keyboard.press("Enter")
    press(page, "button", "New draft from this version")
    expect(page.get_by_role("heading", name="Scenario map v2 Draft")).to_be_visible()


def add_a_question(page: Page) -> None:
    press(page, "link", "+ Add a question")
    expect(page.get_by_role("heading", name="Add a question")).to_be_visible()
    page.locator("#id_en").focus()
    page.keyboard.insert_text(QUESTION)
    page.locator("#id_de").focus()
    page.keyboard.insert_text("Fehlt ein Ersatzteil?")
    page.locator("#id_answers-0-to").select_option("out_respond_ask")
    page.locator("#id_answers-1-to").select_option("kind")
    if not page.locator("[name=hints-0-suggest]").is_visible():
        press(page, "button", "Add a rule")
    page.locator("[name=hints-0-suggest]").select_option("yes")
    page.locator("[name=hints-0-conditions-0-fact]").select_option("text.is_question")
    page.locator("[name=hints-0-conditions-0-op]").select_option("yes")
    page.watch.assert_well()
    press(page, "button", "Save")
    expect(page.locator("#q-is_a_spare_part_missing")).to_contain_text("1 problem")


def lead_there(page: Page) -> None:
    """The check says that nothing leads to the new question; an answer of another one does from now on."""
    expect(page.locator("#check")).to_contain_text("No answer leads here.")
    press(page, "link", "Does it belong to an open crisis?")
    expect(page.locator("#id_en")).to_have_value("Does it belong to an open crisis?")
    page.locator("#id_answers-1-to").select_option(label=f"17. {QUESTION}")
    press(page, "button", "Save")
    expect(page.locator("#check")).to_contain_text("Nothing is wrong with this tree.")
    page.locator("#q-is_a_spare_part_missing [data-grip]").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q-is_a_spare_part_missing strong")).to_have_text("16")


def say_why(page: Page) -> None:
    press(page, "link", "Say what changes and why")
    page.locator("#id_change_note").focus()
    page.keyboard.insert_text("Spare parts have a question of their own.")
    press(page, "button", "Save")
    expect(page.locator(".editor-note")).to_contain_text("Spare parts have a question of their own.")
    press(page, "link", "Check")
    expect(page.locator("#check .notice")).to_contain_text("Nothing is wrong with this tree.")
    expect(page.locator("#picture svg:visible .tree-mark-word").first).to_be_visible()


def try_it(page: Page) -> None:
    draft = PlaybookVersion.objects.get(playbook__slug="scenario-map", number=2)
    press(page, "link", "Try it")
    expect(page.locator("#id_version")).to_have_value(str(draft.pk))
    page.go_back()


def ask(page: Page) -> None:
    press(page, "button", "Ask for publish")
    expect(page.get_by_role("button", name="Take the request back")).to_be_visible()


def be_refused(page: Page) -> None:
    press(page, "link", "Publish")
    expect(page.get_by_text("Somebody other than the author must publish this version.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish version 2")).to_have_count(0)
    page.watch.assert_well()


def publish(page: Page) -> None:
    expect(page.get_by_text("ada asks you to publish Scenario map v2.")).to_be_visible()
    page.get_by_role("link", name="Look at it").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".changes").first).to_contain_text(QUESTION)
    page.watch.assert_well()
    press(page, "button", "Publish version 2")
    expect(page.locator("#toasts")).to_contain_text("Scenario map v2 is in force.")
    expect(page.locator("#picture")).to_contain_text(QUESTION)


def takes_the_new_way() -> None:
    mention = make_mention("Where do I get the seal for my K9 kettle?")
    make_reading(mention, is_question=True, is_direct=True)
    suggest_new()
    path = Suggestion.objects.get(mention=mention).path
    step = next(step for step in path["steps"] if step["node"] == "is_a_spare_part_missing")
    assert (step["version"], step["answer"], path["leaf"]["outcome"]) == (2, "yes", "out_respond_ask")


@pytest.mark.parametrize(
    "address", ["change/", "questions/kind/", "outcomes/out_escalate_safety/", "frame/", "upload/"]
)
def test_the_editor_is_well(address, show, told, ada):
    draft = start_draft(Playbook.objects.get(slug="scenario-map"), by=ada)
    name = f"editor-{address.strip('/').replace('/', '-')}"
    show(name, f"/admin/playbooks/playbookversion/{draft.pk}/{address}", ada, at_least=1)

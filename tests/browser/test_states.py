"""What only a few steps lead to: answered questions, conflicts, messages, open menus, lost connections."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import answered_with
from tests.browser.story import tell, write
from triage.decide import record_decision
from triage.models import Decision, Triage
from triage.suggest import suggest_new

pytestmark = pytest.mark.browser
LIVE = re.compile("/live/|/live-token/")
PRAISE = {"sentiment": 0.8, "language": "de"}
OUTCOME = "#decision-form[data-disposition={}]"


@pytest.fixture
def told(db):
    return tell()


def confirm(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.locator(OUTCOME.format("respond"))).to_be_attached()


def answer_the_first_question(page: Page) -> None:
    page.keyboard.press("n")
    question = page.locator(".question legend")
    first = question.text_content()
    page.keyboard.press("1")
    expect(question).not_to_have_text(first)


def leave_without_a_reason(page: Page) -> None:
    page.keyboard.press("e")
    expect(page.locator(OUTCOME.format("escalate"))).to_be_attached()
    page.locator("#id_reason").evaluate(
        "(field) => { field.removeAttribute('required'); field.removeAttribute('minlength') }"
    )
    page.locator("#id_reason").fill("short")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_reason_error")).to_be_visible()


def explain(page: Page) -> None:
    page.keyboard.press("v")
    expect(page.locator(".explanation[open]")).to_be_visible()


def list_the_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#key-help")).to_be_visible()


def lose_the_session(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("n")
    expect(page.locator("#signin-again")).to_be_visible()


def meet_a_fault(page: Page) -> None:
    confirm(page)
    page.route("**/decide/", lambda route: route.fulfill(status=500, body="<h1>broken</h1>"))
    page.keyboard.press("a")
    expect(page.locator("#toasts .toast")).to_be_visible()
    page.watch.errors.clear()  # htmx says it in a line of its own, too


def lose_the_stream(page: Page) -> None:
    page.clock.install()
    page.route(LIVE, lambda route: route.abort())
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-stream", "lost")
    page.clock.run_for(6_000)
    expect(page.locator(".strip-connection")).to_be_visible()


def opened(summary: str):
    def open_menu(page: Page) -> None:
        page.locator(f"{summary}:visible").first.click()
        expect(page.locator(".topbar-end .menu[open]")).to_be_visible()

    return open_menu


STATES = {
    "outcome-respond": ("thanks", confirm, None),
    "mid-path": ("lena", answer_the_first_question, None),
    "deviation-error": ("thanks", leave_without_a_reason, answered_with(422)),
    "explained-path": ("fire", explain, None),
    "keys": ("thanks", list_the_keys, None),
    "session-lost": ("thanks", lose_the_session, answered_with(401)),
    "server-fault": ("thanks", meet_a_fault, answered_with(500)),
    "stream-lost": ("thanks", lose_the_stream, "net::ERR_FAILED"),
    "menu-profile": ("thanks", opened(".topbar-end .menu:last-of-type > summary"), None),
    "menu-bell": ("thanks", opened(".topbar-end .menu:first-of-type > summary"), None),
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_well(name, show, told, maya):
    mention, act, expected = STATES[name]
    show(name, f"/m/{told[mention].pk}/", maya, act=act, expecting=expected)


@pytest.fixture
def another(told):
    """Makes a mention more, for what can happen to each only once; gives its address."""

    numbers = count(2)

    def write_another(look=None) -> str:
        number = next(numbers)
        text = f"Danke, Brauhell, auch für Dichtung {number} ❤️"
        mention = write(told["thanks"].channel, f"Kundin {number}", text, told["thanks"].opened_at, PRAISE)
        suggest_new()
        return f"/m/{mention.pk}/"

    return write_another


def test_who_was_slower_sees_what_the_other_chose(show, another, maya, pedro):
    def be_slower(page: Page) -> None:
        mention = int(page.url.rstrip("/").rsplit("/", 1)[1])
        ignore = {"disposition": "ignore", "reason": "It is praise that needs no answer.", "via": Decision.Via.CONSOLE}
        record_decision(mention, by=pedro, rev=Triage.objects.get(pk=mention).rev, **ignore)
        page.keyboard.press("n")
        expect(page.locator("#decision .notice")).to_be_visible()

    show("conflict", another, maya, act=be_slower, expecting=answered_with(409))


def test_the_next_mention_opens_after_a_decision(show, another, maya):
    def decide(page: Page) -> None:
        confirm(page)
        page.keyboard.press("a")
        expect(page.locator("#toasts .toast")).to_be_visible()

    show("after-deciding", another, maya, act=decide)


def test_what_is_new_is_counted_above_the_queue(show, another, told, maya):
    def wait_for_another(page: Page) -> None:
        expect(page.locator("html")).to_have_attribute("data-stream", "on")
        another()
        expect(page.locator("#new-count .button")).to_be_attached()

    show("new-slot", "/inbox/", maya, act=wait_for_another)

"""A newcomer plays the guided crisis by keyboard, over a whole console as `make run` starts it with its demo."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import PHONE
from tests.console import Console

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def console(tmp_path_factory) -> Iterator[Console]:
    console = Console(tmp_path_factory.mktemp("play"))
    console.start()
    yield console
    console.stop()


def follow(page: Page, name: str, to: str) -> None:
    """Goes to a link or button and presses Enter; returns on the page it leads to."""
    target = page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first
    expect(target).to_be_visible()
    with page.expect_navigation(url=re.compile(to)):
        target.press("Enter")


def test_a_newcomer_plays_the_crisis_by_keyboard_and_sees_the_times(visit, console, picture):
    page = visit(console)
    page.goto("/accounts/login/")
    page.watch.assert_well()
    picture(page, "play-sign-in")
    follow(page, "Play a crisis in three minutes", "/demo/play/")
    page.watch.assert_well()
    picture(page, "play-intro")
    follow(page, "Start as Maya", "/inbox/")
    expect(page.locator("#play-strip")).to_contain_text("It stands at the top of the queue")
    page.watch.assert_well()
    picture(page, "play-inbox")

    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page.locator("#decision")).to_contain_text("Suggested: Escalate")
    expect(page.locator("#play-strip")).to_contain_text("Answer the question with Yes")
    picture(page, "play-decide")
    page.watch.assert_well()
    page.keyboard.press("1")
    expect(page.locator("#decision-form h3")).to_have_text("Escalate")
    page.keyboard.press("a")

    expect(page.locator("#play-strip")).to_contain_text("Pedro has mail")
    picture(page, "play-called")
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(page.locator("#phone .outside-text")).to_contain_text("/p/")
    page.watch.assert_well()
    picture(page, "play-phone")
    follow(page, "Follow the link", "/p/")
    page.watch.assert_well()
    picture(page, "play-link")
    follow(page, "I have it", "/p/")
    expect(page.locator(".notice")).to_contain_text("You have it.")
    follow(page, "See the times", "/times/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("From the first mention to “I have it”")
    expect(page.locator(".moments > li")).to_have_count(5)
    page.watch.assert_well()
    picture(page, "play-times")

    follow(page, "End it and clear away", "/inbox/")
    look_at_the_records(console)


def look_at_the_records(console: Console) -> None:
    """The way was the real one, and afterwards the queue is as before."""
    played = "FROM monitoring_mention m WHERE m.external_id LIKE 'play-%%'"
    assert console.rows(f"SELECT count(*) > 0, bool_and(deleted_at IS NOT NULL) {played}") == [(True, True)]
    escalations = f"SELECT e.state, e.severity FROM crisis_escalation e WHERE e.mention_id IN (SELECT m.id {played})"
    assert console.rows(escalations) == [("resolved", "L4")]
    waiting = f"SELECT count(*) FROM triage_triage WHERE state = 'open' AND mention_id IN (SELECT m.id {played})"
    assert console.rows(waiting) == [(0,)]


def test_it_can_be_played_on_a_phone_in_german_and_in_the_dark(visit, console, picture):
    page = visit(console, (PHONE, "dark", "de"))
    page.goto("/demo/play/")
    page.watch.assert_well()
    picture(page, "play-intro-phone")
    follow(page, "Als Maya beginnen", "/inbox/")
    expect(page.locator("#play-strip")).to_contain_text("ganz oben")
    page.watch.assert_well()
    picture(page, "play-inbox-phone")
    follow(page, "Erwähnung öffnen", "/m/")
    expect(page.locator("#play-strip")).to_contain_text("mit Ja beantworten")
    page.watch.assert_well()
    picture(page, "play-decide-phone")
    page.locator("#decision").get_by_role("button", name="Ja").first.click()
    page.locator('#decision [data-key="a"]').click()
    follow(page, "Pedros Telefon nehmen", "/phone/")
    expect(page.locator("#phone .outside-text")).to_contain_text("/p/")
    page.watch.assert_well()
    picture(page, "play-phone-phone")
    follow(page, "Dem Link folgen", "/p/")
    page.get_by_role("button", name=re.compile("Ich habe|übernehme")).click()
    follow(page, "Zu den Zeiten", "/times/")
    expect(page.locator(".moments > li")).to_have_count(5)
    page.watch.assert_well()
    picture(page, "play-times-phone")

"""What the page says and keeps when the server, the session or the connection fails; and that one tab listens for all."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.story import tell, write
from tests.chromium import PHONE
from triage.models import Triage
from triage.queue import touch
from triage.suggest import suggest_new

pytestmark = pytest.mark.browser
LIVE = re.compile("/live/|/live-token/")


@pytest.fixture
def told(db):
    return tell()


def confirm_and_wait(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.locator("#decision-form h3")).to_have_text("Respond")


def test_a_fault_of_the_server_changes_nothing_and_can_be_tried_again(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    confirm_and_wait(page)
    page.route("**/decide/", lambda route: route.fulfill(status=500, body="<h1>broken</h1>"))
    page.keyboard.press("a")
    expect(page.locator("#toasts")).to_contain_text("Nothing was changed.")
    expect(page.locator("#assertive")).to_contain_text("Nothing was changed.")
    page.unroute("**/decide/")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#toasts")).to_contain_text("Decided: respond.")


def test_without_a_connection_the_text_stays(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    confirm_and_wait(page)
    page.locator("#reply-text").fill("Danke!")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("No connection.")
    expect(page.locator("#reply-text")).to_have_value("Danke!")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#toasts")).to_contain_text("Decided: respond.")


def test_a_lost_session_asks_to_sign_in_and_keeps_the_text(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    confirm_and_wait(page)
    page.locator("#reply-text").fill("Danke!")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#reply-text")).to_have_value("Danke!")


def test_a_missing_right_is_said_in_words(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    confirm_and_wait(page)
    maya.groups.clear()
    page.keyboard.press("a")
    expect(page.locator("#toasts")).to_contain_text("Your role does not include this right.")


def test_a_text_survives_moving_away_and_back(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    page.locator("#reply-text").fill("Half a sentence")
    page.get_by_role("link", name=re.compile("Ines Berger")).click()
    expect(page.locator("#mention-title")).to_have_text("Ines Berger")
    expect(page.locator("#reply-text")).to_have_value("")
    page.get_by_role("link", name=re.compile("Oma Gerda")).click()
    expect(page.locator("#mention-title")).to_have_text("Oma Gerda")
    expect(page.locator("#reply-text")).to_have_value("Half a sentence")


def test_new_mentions_are_counted_and_shown_when_wanted(open_page, told, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    expect(page.locator("#new-count")).to_contain_text("Up to date")
    listening(page)
    rows = page.locator("a[data-row]")
    before = rows.count()
    write(told["fire"].channel, "Neue Kundin", "Brauhell: Rauch aus dem Kessel!", told["fire"].opened_at, {})
    suggest_new()
    expect(page.locator("#new-count")).to_contain_text("1 new")
    expect(rows).to_have_count(before)
    page.keyboard.press(".")
    expect(rows).to_have_count(before + 1)
    expect(page.locator("#mention-title")).to_have_text("Oma Gerda")
    expect(page.locator('a[data-row][aria-current="true"]')).to_have_count(1)


def test_a_row_follows_what_others_do(open_page, told, maya, pedro):
    page = open_page("/inbox/", maya)
    listening(page)
    give(told["press"], pedro)
    expect(page.locator(f"#mention-{told['press'].pk}")).to_contain_text("pedro")


def test_ten_tabs_hold_one_stream_and_hand_it_on(open_page, told, maya, pedro):
    first = open_page("/inbox/", maya)
    listening(first)
    tabs = [first, *(first.context.new_page() for _each in range(9))]
    streams: list[str] = []
    for tab in tabs[1:]:
        tab.on("request", lambda request: streams.append(request.url) if "/live/?" in request.url else None)
        tab.goto("/inbox/")
        listening(tab)
    give(told["press"], pedro)
    for tab in tabs:
        tab.bring_to_front()
        expect(tab.locator(f"#mention-{told['press'].pk}")).to_contain_text("pedro")
    assert streams == []
    last = tabs[-1]
    with first.context.expect_event("request", lambda request: "/live/?" in request.url):
        first.close()
    give(told["question"], pedro)
    expect(last.locator(f"#mention-{told['question'].pk}")).to_contain_text("pedro")
    assert len(streams) == 1


def test_a_lost_stream_is_said_and_polled_and_caught_up(open_page, told, maya, pedro):
    page = open_page("/inbox/", maya)
    listening(page)
    page.clock.install()
    page.route(LIVE, lambda route: route.abort())
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-stream", "lost")
    page.clock.run_for(6_000)
    expect(page.get_by_text("Live updates are interrupted.")).to_be_visible()
    give(told["press"], pedro)
    page.clock.run_for(16_000)
    expect(page.locator(f"#mention-{told['press'].pk}")).to_contain_text("pedro")
    page.unroute(LIVE)
    page.clock.run_for(5_000)
    expect(page.get_by_text("Live updates are interrupted.")).to_be_hidden()


def test_everything_works_without_scripts(open_page, told, maya):
    page = open_page("/inbox/", maya, java_script_enabled=False)
    page.get_by_role("link", name=re.compile("Oma Gerda")).click()
    page.get_by_role("button", name=re.compile("Confirm: no risk")).click()
    page.get_by_label("Text of the reply").fill("Danke!")
    page.get_by_role("button", name=re.compile("Accept: Respond")).click()
    expect(page.locator("#toasts")).to_contain_text("Decided: respond.")
    triage = Triage.objects.get(pk=told["thanks"].pk)
    assert (triage.state, triage.mention.replies.get().post.text) == ("decided", "Danke!")


def test_a_phone_goes_into_a_mention_and_back(open_page, told, maya):
    page = open_page("/inbox/", maya, look=(PHONE, "light", "en"))
    page.get_by_role("link", name=re.compile("Oma Gerda")).tap()
    expect(page.locator("#mention-title")).to_be_visible()
    expect(page.locator("#mention-title")).to_be_focused()
    expect(page.locator("#queue")).to_be_hidden()
    page.get_by_role("link", name="All open").tap()
    expect(page.locator("#queue")).to_be_visible()


def listening(page: Page) -> None:
    """Waits until this tab knows that the stream is on, its own or another tab's."""
    expect(page.locator("html")).to_have_attribute("data-stream", "on")


def give(triage: Triage, person: User) -> None:
    row = Triage.objects.get(pk=triage.pk)
    row.assignee = person
    touch(row, "assignee")

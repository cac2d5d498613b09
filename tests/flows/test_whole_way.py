"""From a real post to an acknowledged page: a feed over HTTP, two people in browsers, a real SMTP server.

Everything between runs as people run it: embedded PostgreSQL and Redis, web server, Celery worker, beat, nightwatch.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import DESK, PHONE
from tests.console import Console
from tests.crisis.smtp import Mailbox, mail_server
from tests.flows.feed import Feed, published_feed
from tests.until import until

pytestmark = pytest.mark.browser

PRAISE = "Big thanks to @brauhell support, the new seal for my K9 kettle arrived within two days. Great service!"
QUESTION = "Does the Brauhell K12 kettle work with 110 volts in Canada?"
THREAT = "Brauhell ignores my letters about the burnt cable. My lawyer will hear of this tomorrow."


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture(scope="module")
def feed() -> Iterator[Feed]:
    with published_feed() as feed:
        yield feed


@pytest.fixture(scope="module")
def console(tmp_path_factory, mailbox: Mailbox, feed: Feed) -> Iterator[Console]:
    console = Console(
        tmp_path_factory.mktemp("whole-way"),
        EMAIL_URL=f"smtp://127.0.0.1:{mailbox.port}",
        OUTBOUND_ALLOW=feed.server.host_port,
    )
    console.start()
    yield console
    console.stop()


def test_a_post_becomes_a_page_that_somebody_takes(sign_in, picture, console, mailbox, feed):
    feed.publish(praise=PRAISE, question=QUESTION, threat=THREAT)
    watch_the_feed(sign_in(console, "ada"), feed)
    maya = sign_in(console, "maya")
    wait_for_suggestions(maya, console)

    accept_the_praise(maya)
    leave_the_question_alone(maya)
    escalate_the_threat(maya)
    escalation = follow_the_escalation(maya)
    picture(maya, "whole-way-escalation-active")

    mail = until(lambda: mail_to(mailbox, "pedro"))
    assert "lawyer" not in mail.as_string(), "a page never carries the text of a mention"
    take_over_by_link(sign_in(console, "pedro", (PHONE, "dark", "en")), picture, mail)

    expect(maya.locator("#escalation .badge").first).to_have_text("Acknowledged")
    assert maya.url == escalation, "her tab showed it without a reload"
    maya.watch.assert_well()
    picture(maya, "whole-way-escalation-acknowledged")
    look_at_the_records(console)


def watch_the_feed(ada: Page, feed: Feed) -> None:
    """She adds the channel in the administration; from then on it is polled."""
    ada.goto("/admin/monitoring/channel/add/")
    ada.locator("#id_name").press_sequentially("Customer forum feed")
    ada.locator("#id_kind").select_option("feed")
    ada.locator("#id_address").fill(feed.url)
    ada.locator("[name=_save]").click()
    expect(ada.locator(".messagelist .success")).to_be_visible()


def wait_for_suggestions(page: Page, console: Console) -> None:
    """Ingested once each, with a suggestion, within seconds; the second poll of the same feed adds nothing."""
    counted = """
        SELECT count(*), count(suggestion_id) FROM monitoring_mention m JOIN monitoring_channel c ON c.id = m.channel_id
        LEFT JOIN triage_triage t ON t.mention_id = m.id WHERE c.slug = 'customer-forum-feed'"""
    until(lambda: console.rows(counted) == [(3, 3)])
    console.rows("UPDATE monitoring_channel SET next_poll_at = now() WHERE slug = 'customer-forum-feed'")
    polled = "SELECT last_success_at FROM monitoring_channel WHERE slug = 'customer-forum-feed'"
    before = console.rows(polled)
    until(lambda: console.rows(polled) != before)
    assert console.rows(counted) == [(3, 3)]
    page.goto("/inbox/?channel=customer-forum-feed")
    expect(page.locator("a[data-row]")).to_have_count(3)
    page.watch.assert_well()


def open_by_keyboard(page: Page, text: str) -> None:
    """Moves with j until the mention with this text is open."""
    for _step in page.locator("a[data-row]").all():
        page.keyboard.press("j")
        mention = page.locator('a[data-row][aria-current="true"]').get_attribute("id").removeprefix("row-")
        expect(page.locator(f'#detail[data-mention="{mention}"]:not([aria-busy])')).to_be_visible()
        if page.locator("#detail .quote .outside-text").first.text_content().strip() == text:
            return
    raise AssertionError(f"j never reached: {text}")


def accept_the_praise(maya: Page) -> None:
    """Two keys where the playbook is sure, as fast as they can be typed."""
    maya.goto("/inbox/?channel=customer-forum-feed")
    open_by_keyboard(maya, PRAISE)
    expect(maya.locator("#decision")).to_contain_text("Suggested: Respond")
    maya.keyboard.press("n")
    maya.keyboard.press("a")
    expect(maya.locator("#toasts")).to_contain_text("Decided: respond.")
    maya.watch.assert_well()


def leave_the_question_alone(maya: Page) -> None:
    """A deviation, with its reason."""
    maya.goto("/inbox/?channel=customer-forum-feed")
    open_by_keyboard(maya, QUESTION)
    maya.keyboard.press("n")
    maya.keyboard.press("i")
    expect(maya.locator("#decision-form h3")).to_have_text("Ignore")
    maya.locator("#id_reason").focus()
    maya.keyboard.type("Answered by phone this morning.")
    maya.keyboard.press("Control+Enter")
    expect(maya.locator("#toasts")).to_contain_text("Decided: ignore.")
    maya.watch.assert_well()


def escalate_the_threat(maya: Page) -> None:
    """The fired risk is shown in full; who is called stands there before it happens."""
    maya.goto("/inbox/?channel=customer-forum-feed")
    open_by_keyboard(maya, THREAT)
    expect(maya.locator("#decision")).to_contain_text("Suggested: Escalate")
    expect(maya.locator("#decision")).to_contain_text("“lawyer”")
    maya.keyboard.press("n")
    maya.keyboard.press("1")
    expect(maya.locator("#decision-form h3")).to_have_text("Escalate")
    expect(maya.locator("#decision-form")).to_contain_text("Pedro")
    maya.watch.assert_well()
    maya.keyboard.press("a")
    expect(maya.locator("#toasts")).to_contain_text("Escalated.")


def follow_the_escalation(maya: Page) -> str:
    maya.goto("/escalations/")
    maya.get_by_role("link", name=re.compile("Customer forum feed")).first.click()
    expect(maya.locator("#escalation .badge").first).to_have_text("Active")
    maya.watch.assert_well()
    return maya.url


def mail_to(mailbox: Mailbox, username: str):
    """The newest page that reached this person about the forum's threat."""
    mails = [mail for mail in mailbox.arrived if username in str(mail["To"])]
    return next((mail for mail in reversed(mails) if "/p/" in mail.get_body(("plain",)).get_content()), None)


def take_over_by_link(pedro: Page, picture, mail) -> None:
    link = re.search(r"http://\S+/p/\S+", mail.get_body(("plain",)).get_content()).group()
    pedro.goto(link)
    pedro.watch.assert_well()
    picture(pedro, "whole-way-link")
    pedro.get_by_role("button", name="I have it").click()
    expect(pedro.locator(".notice")).to_contain_text("You have it.")
    pedro.watch.assert_well()


def look_at_the_records(console: Console) -> None:
    """What was said and done stands in rows, once."""
    decided = """
        SELECT disposition, is_deviation FROM triage_decision d JOIN monitoring_mention m ON m.id = d.mention_id
        JOIN monitoring_channel c ON c.id = m.channel_id WHERE c.slug = 'customer-forum-feed' ORDER BY d.id"""
    assert console.rows(decided) == [("respond", False), ("ignore", True), ("escalate", False)]
    accepted = "SELECT notification_id FROM crisis_deliveryattempt WHERE outcome = 'accepted'"
    twice = f"{accepted} GROUP BY 1 HAVING count(*) > 1"
    assert console.rows(twice) == []


@pytest.mark.parametrize(("size", "theme"), [(DESK, "dark"), (PHONE, "light")], ids=["desk", "phone"])
def test_every_page_of_the_way_is_well(sign_in, picture, console, size, theme):
    """With all that the demo holds; each page alone is seen in every look by tests/browser."""
    maya = sign_in(console, "maya", (size, theme, "en"))
    first = "SELECT mention_id FROM triage_triage WHERE state = 'open' ORDER BY rank, due_at LIMIT 1"
    ((mention,),) = console.rows(first)
    ((escalation,),) = console.rows("SELECT id FROM crisis_escalation ORDER BY id LIMIT 1")
    pages = {
        "inbox": "/inbox/",
        "mention": f"/m/{mention}/",
        "escalations": "/escalations/",
        "escalation": f"/escalations/{escalation}/",
        "monitoring": "/monitoring/",
        "me": "/me/",
    }
    for name, address in pages.items():
        maya.goto(address)
        maya.watch.assert_well()
        picture(maya, f"{name}-{'desk' if size == DESK else 'phone'}-{theme}")

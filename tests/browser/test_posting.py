"""maya replies, thinks again, and replies once more; a real receiver gets the second text and nothing else."""

import json

import pytest
from django.db.models.functions import Now
from playwright.sync_api import Page, expect

from monitoring.models import Channel, OutboundPost, SigningSecret
from monitoring.outbound import send_due
from plumbing.standard_webhooks import new_secret
from tests.browser.story import tell
from tests.chromium import PHONE
from tests.loopback import Answer, serving

pytestmark = pytest.mark.browser
State = OutboundPost.State


@pytest.fixture
def told(db):
    return tell()


@pytest.fixture
def receiver(told, settings):
    """The channel of the story that praises us can post."""
    with serving(lambda asked: Answer(200, b'{"url": "https://example.social/r/9"}')) as server:
        settings.OUTBOUND_ALLOW = [server.host_port]
        channel = told["thanks"].channel
        Channel.objects.filter(pk=channel.pk).update(kind="webhook", address=server.url())
        SigningSecret.objects.create(channel=channel, value=new_secret(), use="send")
        yield server


def test_reply_undo_reply_sent(open_page, picture, told, receiver, maya):
    page = open_page(f"/m/{told['thanks'].pk}/", maya)
    page.keyboard.press("n")
    expect(page.locator("#decision-form h3")).to_have_text("Respond")
    page.keyboard.press("r")
    page.keyboard.type("Danke, das freut uns ser!")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("The reply goes out in 10 seconds.")
    page.locator("#toasts [data-toast]").hover()  # under the pointer it stays
    page.watch.assert_well()
    picture(page, "reply-waits-in-toast")
    page.locator("#toasts [data-undo] button").click()
    expect(page.locator("#mention-title")).to_have_text("Oma Gerda")
    expect(page.locator("#toasts [data-undo]")).to_have_count(0)
    box = page.locator("#further-reply")
    expect(box).to_have_value("Danke, das freut uns ser!")
    expect(page.locator("#our-posts")).to_contain_text("Taken back")
    box.fill("Danke, das freut uns sehr!")
    box.press("Control+Enter")
    expect(page.locator("#our-posts")).to_contain_text("Waiting")
    page.watch.assert_well()
    picture(page, "reply-waits")
    assert not receiver.asked
    OutboundPost.objects.filter(state=State.WAITING).update(next_attempt_at=Now())
    send_due()
    expect(page.locator("#our-posts")).to_contain_text("Sent")
    expect(page.locator("#our-posts").get_by_role("link", name="Open where it stands")).to_be_visible()
    page.watch.assert_well()
    picture(page, "reply-sent")
    assert [json.loads(asked.body)["data"]["text"] for asked in receiver.asked] == ["Danke, das freut uns sehr!"]


def test_what_nobody_knows_waits_for_a_person(open_page, show, told, receiver, pedro):
    for state, problem in (
        (State.UNKNOWN, "The server took too long to answer."),
        (State.FAILED, "The receiver refuses it."),
        (State.WAITING, ""),
    ):
        OutboundPost.objects.create(
            channel=told["thanks"].channel,
            in_reply_to=told["thanks"].mention,
            text="Danke, das freut uns sehr! Wir geben es an die Werkstatt weiter.",
            state=state,
            problem=problem,
            author=pedro,
            next_attempt_at=Now(),
        )

    def waits_no_more(page: Page) -> None:
        expect(page.locator("[data-departs] [data-clock]")).to_have_text("0:00")  # nobody is late, whatever holds it up

    show("outbound", "/outbound/", pedro, act=waits_no_more, at_least=3)
    page = open_page("/outbound/", pedro, look=(PHONE, "dark", "de"))
    page.locator('button[value="there"]').click()
    expect(page.locator('button[value="there"]')).to_have_count(0)
    page.locator('button[value="pause"]').click()
    expect(page.locator('button[value="resume"]')).to_be_visible()
    page.watch.assert_well()
    assert Channel.objects.get(kind="webhook").publishing_paused_by == pedro

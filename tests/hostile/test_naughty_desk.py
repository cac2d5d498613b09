"""The naughty strings in a real browser where escalations, bell, channels and our posts are shown."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crisis.escalate import advance_due
from crisis.links import token_of
from crisis.models import Escalation, Page
from crisis.notify import deliver_due
from monitoring.models import OutboundPost
from tests.crisis.make import make_contact, make_escalation
from tests.hostile.naughty import OURS, strings
from tests.hostile.test_naughty_pages import LOOK, trouble
from tests.make import make_author, make_channel, make_mention

pytestmark = pytest.mark.browser
MARK = "last of all"  # where it stands, everything before it was shown


@pytest.fixture
def texts(transactional_db, pedro) -> list[str]:
    """Each as the name of a channel, a reason, a problem and a post; all of OURS, and some of the others."""
    chosen = [*OURS, *strings()[len(OURS) :: 8], MARK]
    make_contact(pedro)
    now = timezone.now()
    for number, text in enumerate(chosen):
        plain = text.replace("\x00", "")
        channel = make_channel(f"c{number}", name=plain[:100], error="refused", error_detail=plain[:200])
        author = make_author(channel, plain[:300], display_name=plain[:300])
        mention = make_mention(plain, channel=channel, author=author, url=f"https://a.example/{number}")
        OutboundPost.objects.create(
            channel=channel, in_reply_to=mention, text=plain, state=OutboundPost.State.UNKNOWN, problem=plain[:200],
            author=pedro, next_attempt_at=now,
        )  # fmt: skip
        if number % 8 == 0 or text == MARK:
            make_escalation(
                mention=mention, title="Mention on %(channel)s", title_with={"channel": plain[:100]}, reason=plain
            )
    while advance_due():
        pass
    deliver_due(wait=False)
    return chosen


def test_the_pages_of_the_desk_lie_still(texts, open_page, pedro, console):
    page = open_page("/escalations/", pedro, look=LOOK)
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda asked: asked.url.startswith(console) or seen.append(f"request: {asked.url}"))
    escalations = Escalation.objects.order_by("pk")
    addresses = ["/escalations/", "/bell/", "/monitoring/", "/outbound/"]
    addresses += [f"/escalations/{escalation.pk}/" for escalation in escalations]
    addresses += [f"/p/{token_of(row)}/" for row in Page.objects.order_by("pk")[:3]]
    found = []
    for address in addresses:
        page.goto(address)
        expect(page.get_by_role("heading", level=1).first).to_be_attached()
        found += trouble(page, seen)
    assert not found, "\n".join(found)
    page.goto(f"/escalations/{escalations.last().pk}/")
    expect(page.get_by_text(MARK).first).to_be_attached()

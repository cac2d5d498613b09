"""Whatever happens to a mention is told to the open consoles when it is committed, and not before."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from monitoring.models import OutboundPost
from plumbing.live import CHANNEL
from plumbing.nudge import own_connection, wait_for
from tests.triage.conftest import DANGER, IRRELEVANT, read_anew
from triage.assign import assign
from triage.decide import record_decision
from triage.models import Triage
from triage.reply import keep_reply, mark_posted

pytestmark = pytest.mark.django_db(transaction=True)
Heard = Callable[[], list[tuple[str, int, int]]]


@pytest.fixture
def heard(db) -> Iterator[Heard]:
    """The (type, id, rev) that arrived since the last call, without escalations."""
    raw = own_connection(CHANNEL)

    def heard() -> list[tuple[str, int, int]]:
        events = [json.loads(payload) for payload in wait_for(raw, 5)]
        return [(event["type"], event["id"], event["rev"]) for event in events if event["type"] == "mention"]

    yield heard
    raw.close()


def test_each_step_of_a_mention_is_heard_with_its_version(arrive, maya, heard):
    triage = arrive(read=IRRELEVANT)
    assert heard() == [("mention", triage.pk, 1)]
    assign(triage.pk, to=maya, rev=1)
    assert heard() == [("mention", triage.pk, 2)]
    record_decision(triage.pk, by=maya, disposition="ignore", rev=2, via="console")
    assert heard() == [("mention", triage.pk, 3)]
    keep_reply(triage.pk, text="Hello", by=maya, rev=3)
    assert heard() == [("mention", triage.pk, 4)]
    mark_posted(triage.pk, OutboundPost.objects.get().pk, by=maya)
    assert heard() == [("mention", triage.pk, 4)]
    read_anew(triage.mention, **DANGER)
    assert heard() == [("mention", triage.pk, 5)]


def test_each_event_of_a_mention_names_its_channel_to_the_stream(arrive, maya):
    raw = own_connection(CHANNEL)
    triage = arrive(read=IRRELEVANT)
    assign(triage.pk, to=maya, rev=1)
    keep_reply(triage.pk, text="Hello", by=maya, rev=2)
    mark_posted(triage.pk, OutboundPost.objects.get().pk, by=maya)
    events: list[dict] = []
    while len(events) < 4 and (heard := wait_for(raw, 5)):
        events += [event for event in map(json.loads, heard) if event["type"] == "mention"]
    raw.close()
    assert [event["of"] for event in events] == [triage.channel_id] * 4


def test_what_is_rolled_back_is_never_heard(arrive, maya, heard):
    triage = arrive(read=IRRELEVANT)
    heard()
    with transaction.atomic():
        assign(triage.pk, to=maya, rev=1)
        transaction.set_rollback(True)
    assign(triage.pk, to=maya, rev=1)
    assert heard() == [("mention", triage.pk, 2)]
    assert Triage.objects.get().rev == 2

"""Real workers are killed while they post: what nobody knows is asked of a person and never sent a second time."""

import threading

import pytest
from django.db.models.functions import Now

from monitoring.models import OutboundAttempt, OutboundPost, SigningSecret
from monitoring.outbound.posts import settle
from plumbing.standard_webhooks import new_secret
from tests.faults.house import look
from tests.faults.test_pager import start_worker
from tests.loopback import Answer, serving
from tests.make import make_channel, make_mention, make_user
from tests.until import PATIENCE, until

pytestmark = pytest.mark.faults
State = OutboundPost.State


def state() -> str | None:
    return look(lambda: OutboundPost.objects.values_list("state", flat=True).first())


def outcomes() -> list[str]:
    return list(OutboundAttempt.objects.order_by("id").values_list("outcome", flat=True))


@pytest.mark.parametrize("is_accepted", [False, True])
def test_a_worker_killed_while_it_posts_leaves_a_question(house, monkeypatch, is_accepted):
    """Killed before the receiver answered, and after it had taken the post."""
    may_answer = threading.Event()

    def answer(asked) -> Answer:
        if not is_accepted:
            may_answer.wait(PATIENCE)
        return Answer(200, _slowly(may_answer)) if is_accepted else Answer(503)

    with serving(answer) as receiver:
        monkeypatch.setenv("OUTBOUND_ALLOW", receiver.host_port)
        house.speed = 3  # a sender must not time out before it is killed
        channel = make_channel(kind="webhook", address=receiver.url())
        SigningSecret.objects.create(channel=channel, value=new_secret(), use="send")
        start_worker(house)
        house.start("beat")
        author = make_user()
        OutboundPost.objects.create(
            channel=channel,
            in_reply_to=make_mention(channel=channel),
            text="We are sorry.",
            state=State.WAITING,
            next_attempt_at=Now(),
            author=author,
        )
        until(lambda: receiver.asked and outcomes() == ["intended"])
        house.kill("worker")
        may_answer.set()
        receiver.answer = lambda asked: Answer(200)
        start_worker(house, "worker2")
        until(lambda: state() == State.UNKNOWN)
        assert (outcomes(), len(receiver.asked)) == (["unknown"], 1)
        assert settle(OutboundPost.objects.get().pk, is_there=False, by=author)
        until(lambda: state() == State.SENT)
        assert (outcomes(), len(receiver.asked)) == (["unknown", "sent"], 2)


def _slowly(may_end: threading.Event):
    """The status is there, the rest of the answer is not."""
    yield b"{"
    may_end.wait(PATIENCE)
    yield b"}"

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.models import BellItem
from monitoring.models import Channel, Mention, OutboundAttempt, OutboundPost, SigningSecret
from monitoring.outbound import call_off, pause_publishing, resume_publishing, send, take_back, write_post
from monitoring.outbound.claims import claim_next, sweep
from monitoring.outbound.posts import post_by_hand, send_again, settle
from monitoring.outbound.tempo import TRIES, UNDO
from plumbing.standard_webhooks import new_secret
from tests.loopback import Answer, Asked, Loopback, serving
from tests.make import make_channel, make_mention

pytestmark = pytest.mark.django_db(transaction=True)
State = OutboundPost.State


@pytest.fixture
def receiver(settings) -> Iterator[Loopback]:
    """Answers 200 until a test sets `answer`."""
    with serving(lambda asked: Answer()) as server:
        settings.OUTBOUND_ALLOW = [server.host_port]
        yield server


@pytest.fixture
def channel(receiver) -> Channel:
    row = make_channel("partner", kind="webhook", address=receiver.url("/replies"))
    SigningSecret.objects.create(channel=row, value=new_secret(), use="send")
    return row


@pytest.fixture
def write(channel, maya) -> Callable[..., OutboundPost]:
    """A reply to a mention of the channel, due now."""

    def write(text: str = "We are sorry.", mention: Mention | None = None) -> OutboundPost:
        with transaction.atomic():
            mention = mention or make_mention(channel=channel, url="https://social.example/1")
            post = write_post(mention, text=text, language="en", by=maya)
        return due(post)

    return write


def due(post: OutboundPost) -> OutboundPost:
    OutboundPost.objects.filter(pk=post.pk).update(next_attempt_at=Now())
    return post


def state_of(post: OutboundPost) -> str:
    return OutboundPost.objects.values_list("state", flat=True).get(pk=post.pk)


def outcomes(post: OutboundPost) -> list[str]:
    return list(post.attempts.values_list("outcome", flat=True))


def run() -> int:
    sweep()
    return send.send_in_turn()


def test_a_reply_waits_for_the_undo_and_is_then_sent_once_signed_and_under_a_stable_id(write, receiver, channel):
    receiver.answer = lambda asked: Answer(201, b'{"external_id": "r-9", "url": "https://social.example/r-9"}')
    post = write()
    OutboundPost.objects.update(next_attempt_at=post.created_at + timedelta(seconds=UNDO))
    assert run() == 0
    due(post)
    assert (run(), run()) == (1, 0)
    (asked,) = receiver.asked
    secret = channel.signing_secrets.get()
    event = Webhook(secret.value).verify(asked.body, dict(asked.headers))
    assert (asked.path, event["type"], event["data"]["text"]) == ("/replies", "reply.written", "We are sorry.")
    assert event["data"]["id"] == asked.headers["webhook-id"] == post.key
    assert event["data"]["in_reply_to"]["url"] == "https://social.example/1"
    post.refresh_from_db()
    assert (post.state, post.external_id, post.url) == (State.SENT, "r-9", "https://social.example/r-9")
    assert post.posted_at
    assert outcomes(post) == ["sent"]


def test_while_secrets_rotate_both_sign_and_a_retired_one_does_not(write, receiver, channel):
    old = channel.signing_secrets.get()
    new = SigningSecret.objects.create(channel=channel, value=new_secret(), use="send")
    write()
    run()
    asked = receiver.asked[0]
    for secret in (old, new):
        Webhook(secret.value).verify(asked.body, dict(asked.headers))
    channel.signing_secrets.filter(pk=old.pk).retire()
    write()
    run()
    assert len(receiver.asked[1].headers["webhook-signature"].split()) == 1


def test_a_channel_without_address_or_secret_keeps_posting_by_hand(write, channel):
    channel.signing_secrets.all().retire()
    assert state_of(write()) == State.BY_HAND
    assert run() == 0


def test_what_is_taken_back_is_not_sent_and_what_was_sent_cannot_be_taken_back(write, receiver):
    post, other = write(), write()
    assert take_back(post.pk)
    assert run() == 1
    assert not take_back(other.pk)
    assert (state_of(post), state_of(other), len(receiver.asked)) == (State.WITHDRAWN, State.SENT, 1)


@pytest.mark.parametrize(
    ("status", "state", "outcome"),
    [
        (200, State.SENT, "sent"),
        (204, State.SENT, "sent"),
        (302, State.FAILED, "refused"),
        (400, State.FAILED, "refused"),
        (401, State.FAILED, "refused"),
        (404, State.FAILED, "refused"),
        (408, State.WAITING, "later"),
        (429, State.WAITING, "later"),
        (503, State.WAITING, "later"),
        (500, State.UNKNOWN, "unknown"),
        (502, State.UNKNOWN, "unknown"),
        (504, State.UNKNOWN, "unknown"),
    ],
)
def test_what_an_answer_means(write, receiver, status, state, outcome):
    receiver.answer = lambda asked: Answer(status, headers={"location": "/elsewhere"})
    post = write()
    assert run() == 1
    assert (state_of(post), outcomes(post)) == (state, [outcome])
    assert len(receiver.asked) == 1
    if state == State.WAITING:
        post.refresh_from_db()
        assert post.problem_in_words()
        assert post.next_attempt_at > timezone.now() + timedelta(seconds=3)


def test_who_asks_to_wait_is_left_alone_for_as_long(write, receiver):
    receiver.answer = lambda asked: Answer(429, headers={"retry-after": "600"})
    post = write()
    run()
    post.refresh_from_db()
    assert post.next_attempt_at > timezone.now() + timedelta(seconds=590)


def test_after_enough_tries_its_author_is_told(write, receiver, maya):
    receiver.answer = lambda asked: Answer(503)
    post = write()
    for _ in range(TRIES):
        due(post)
        run()
    assert state_of(post) == State.FAILED
    assert len(receiver.asked) == TRIES
    assert "was not sent" in BellItem.objects.get(person=maya).title


def test_a_receiver_that_cannot_be_reached_is_asked_again(write, channel, receiver):
    receiver.server_close()
    post = write()
    run()
    assert (state_of(post), outcomes(post)) == (State.WAITING, ["later"])


def test_a_private_address_is_refused(write, settings):
    settings.OUTBOUND_ALLOW = []
    post = write()
    run()
    assert state_of(post) == State.FAILED
    post.refresh_from_db()
    assert "private network" in post.problem_in_words()


def broken_off(asked: Asked) -> Answer:
    raise ConnectionResetError


def test_what_nobody_knows_is_never_sent_again_and_rings_its_author(write, receiver, maya):
    receiver.answer = broken_off
    post = write()
    run()
    due(post)
    run()
    assert (state_of(post), outcomes(post), len(receiver.asked)) == (State.UNKNOWN, ["unknown"], 1)
    line = BellItem.objects.get(person=maya)
    assert (line.group, line.url) == ("needs_you", f"/outbound/#post-{post.pk}")


def test_a_person_says_that_it_is_there(write, receiver, maya, pedro):
    receiver.answer = broken_off
    post = write()
    run()
    assert settle(post.pk, is_there=True, by=pedro)
    assert not settle(post.pk, is_there=False, by=maya)
    attempt = post.attempts.get()
    assert (state_of(post), attempt.was_there, attempt.settled_by) == (State.SENT, True, pedro)
    assert BellItem.objects.get(person=maya).read_at
    assert run() == 0


def test_a_person_says_that_it_is_not_there_and_it_goes_again_under_the_same_id(write, receiver, pedro):
    receiver.answer = broken_off
    post = write()
    run()
    receiver.answer = lambda asked: Answer()
    assert settle(post.pk, is_there=False, by=pedro)
    assert run() == 1
    first, second = receiver.asked
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert (state_of(post), outcomes(post)) == (State.SENT, ["unknown", "sent"])


def test_what_failed_is_sent_again_or_posted_by_hand(write, receiver):
    receiver.answer = lambda asked: Answer(400)
    post, other = write(), write()
    run()
    receiver.answer = lambda asked: Answer()
    assert send_again(post.pk)
    assert post_by_hand(other.pk)
    run()
    assert (state_of(post), state_of(other)) == (State.SENT, State.BY_HAND)


def test_a_sender_that_died_leaves_a_question_and_no_second_send(write, receiver):
    post = write()
    claim = claim_next()
    assert (claim.post_id, state_of(post)) == (post.pk, State.SENDING)
    assert claim_next() is None
    OutboundPost.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert run() == 0
    assert (state_of(post), outcomes(post), receiver.asked) == (State.UNKNOWN, ["unknown"], [])


def test_a_slow_sender_may_still_say_how_it_went_until_a_person_has(write, receiver, pedro):
    posts = [write(), write()]
    for post, is_settled in zip(posts, (False, True), strict=True):
        claim = claim_next()
        OutboundPost.objects.update(lease_until=Now() - timedelta(seconds=1))
        sweep()
        if is_settled:
            settle(post.pk, is_there=False, by=pedro)
        send.send(claim)
    assert [state_of(post) for post in posts] == [State.SENT, State.WAITING]


def test_a_paused_channel_refuses_inside_the_claim_and_goes_on_when_it_may(write, receiver, channel, pedro):
    post = write()
    assert pause_publishing(channel.pk, by=pedro)
    assert not pause_publishing(channel.pk, by=pedro)
    assert run() == 0
    assert state_of(post) == State.WAITING
    assert resume_publishing(channel.pk)
    assert run() == 1


def test_a_pause_and_a_claim_never_cross(write, channel, pedro):
    """A claim waits for a pause that is about to commit, and then finds it."""
    write()
    claims = []

    def claim() -> None:
        claims.append(claim_next())
        connection.close()

    thread = threading.Thread(target=claim)
    with transaction.atomic():
        pause_publishing(channel.pk, by=pedro)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    assert claims == [None]


def test_gone_for_good_closes_the_channel_in_sight(write, receiver, channel):
    receiver.answer = lambda asked: Answer(410)
    post, other = write(), write()
    assert run() == 1
    channel.refresh_from_db()
    assert (state_of(post), state_of(other)) == (State.FAILED, State.WAITING)
    assert channel.publishing_paused_at
    assert channel.publishing_paused_because == "The receiver has closed for good."


@pytest.mark.parametrize("deleted", [True, False])
def test_what_is_no_longer_wanted_is_not_sent_and_its_author_reads_why(write, receiver, maya, deleted):
    post = write()
    if deleted:
        Mention.objects.update(deleted_at=Now())
    else:
        with transaction.atomic():
            call_off([post.in_reply_to_id], "The receiver refuses it.")
    assert run() == 0
    post.refresh_from_db()
    assert (post.state, receiver.asked) == (State.DROPPED, [])
    assert post.problem_in_words() == (
        "The mention was deleted where it was posted." if deleted else "The receiver refuses it."
    )
    assert BellItem.objects.get(person=maya).group == "information"


def test_the_fence_holds_for_what_is_sent_again(write, receiver):
    receiver.answer = lambda asked: Answer(400)
    post = write()
    run()
    with transaction.atomic():
        call_off([post.in_reply_to_id], "The receiver refuses it.")
    send_again(post.pk)
    run()
    assert (state_of(post), len(receiver.asked)) == (State.DROPPED, 1)


def test_one_channel_sends_one_at_a_time_and_holds_up_no_other(write, channel, receiver, maya):
    first, second = write("one"), write("two")
    other = make_channel("other", kind="webhook", address=receiver.url())
    SigningSecret.objects.create(channel=other, value=new_secret(), use="send")
    elsewhere = write("three", make_mention(channel=other))
    assert claim_next().post_id == first.pk
    assert claim_next().post_id == elsewhere.pk
    assert claim_next() is None
    assert state_of(second) == State.WAITING


def test_two_processes_send_nothing_twice(write, receiver):
    posts = [write(str(number)) for number in range(10)]

    def work() -> None:
        while any(state_of(post) in (State.WAITING, State.SENDING) for post in posts):
            send.send_in_turn()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(json.loads(asked.body)["data"]["text"] for asked in receiver.asked) == [str(n) for n in range(10)]
    assert OutboundAttempt.objects.count() == 10

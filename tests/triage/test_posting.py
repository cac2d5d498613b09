"""Replies that go out: from the inbox, by API, taken back, called off by a later decision, settled by a person."""

import json

import pytest
from django.db.models.functions import Now
from django.test import Client

from monitoring.models import OutboundPost, SigningSecret
from monitoring.outbound.claims import sweep
from plumbing.standard_webhooks import new_secret
from tests.make import make_channel
from tests.triage.conftest import DANGER, THANKS, htmx, read_anew
from triage.decide import record_decision
from triage.models import Triage
from triage.reply import keep_reply

State = OutboundPost.State


@pytest.fixture
def channel(db):
    row = make_channel("partner", kind="webhook", name="Partner", address="https://partner.example/replies")
    SigningSecret.objects.create(channel=row, value=new_secret(), use="send")
    return row


@pytest.fixture
def triage(arrive, channel) -> Triage:
    return arrive(read=THANKS, channel=channel, url="https://social.example/1")


@pytest.fixture
def reply(triage, maya):
    """A reply that waits to go out."""
    return keep_reply(triage.pk, text="We are sorry.", by=maya, rev=triage.rev).post


def state_of(post: OutboundPost) -> str:
    return OutboundPost.objects.values_list("state", flat=True).get(pk=post.pk)


def decide(triage: Triage, by, disposition: str, **fields):
    rev = Triage.objects.values_list("rev", flat=True).get(pk=triage.pk)
    fields = {"reason": "It is satire, as agreed.", "via": "console"} | fields
    return record_decision(triage.pk, by=by, disposition=disposition, rev=rev, **fields)


def test_a_reply_with_its_decision_waits_and_the_toast_takes_it_back(browser, triage):
    data = {"disposition": "respond", "rev": triage.rev, "text": "Thank you!", "reason": "No risk, looked at it."}
    answer = htmx(browser, "post", f"/m/{triage.pk}/decide/", data, target="decision")
    post = OutboundPost.objects.get()
    assert (answer.status_code, post.state) == (200, State.WAITING)
    undo = f"/m/{triage.pk}/posts/{post.pk}/take-back/"
    assert f'hx-post="{undo}"' in answer.content.decode()
    back = htmx(browser, "post", undo)
    assert state_of(post) == State.WITHDRAWN
    assert back["HX-Push-Url"] == f"/m/{triage.pk}/"
    assert ">Thank you!</textarea>" in back.content.decode()
    late = htmx(browser, "post", undo)
    assert "Too late" in late.content.decode()


def test_without_scripts_it_is_taken_back_too(browser, reply, triage):
    answer = browser.post(f"/m/{triage.pk}/posts/{reply.pk}/take-back/")
    assert (answer.status_code, state_of(reply)) == (302, State.WITHDRAWN)


def test_the_api_answers_with_the_post_and_when_it_goes_out(triage, maya):
    client = Client()
    client.force_login(maya)
    body = {"text": "We are sorry.", "rev": triage.rev, "language": "en"}
    answer = client.post(f"/api/v1/mentions/{triage.pk}/reply/", json.dumps(body), content_type="application/json")
    said = answer.json()
    assert (answer.status_code, said["state"]) == (201, "waiting")
    assert said["sends_at"] > said["created_at"]
    assert (said["posted_at"], said["url"], said["problem"]) == (None, None, None)


@pytest.mark.parametrize("disposition", ["ignore", "escalate"])
def test_deciding_otherwise_calls_the_reply_off(triage, reply, maya, disposition):
    decide(triage, maya, disposition)
    sweep()
    reply.refresh_from_db()
    assert (reply.state, reply.problem_in_words()) == (State.DROPPED, "It was decided not to respond.")


def test_deciding_to_respond_keeps_it(triage, reply, maya):
    decide(triage, maya, "respond")
    sweep()
    assert state_of(reply) == State.WAITING


def test_a_mention_that_comes_back_riskier_calls_it_off(triage, reply, maya):
    decide(triage, maya, "respond")
    read_anew(triage.mention, **DANGER)
    sweep()
    assert state_of(reply) == State.DROPPED


def test_what_nobody_knows_is_shown_at_the_mention_and_settled_there(browser, triage, reply):
    OutboundPost.objects.update(state=State.UNKNOWN, problem="The server took too long to answer.")
    page = browser.get(f"/m/{triage.pk}/").content.decode()
    assert "Please look where it should stand." in page
    assert "https://social.example/1" in page
    answer = htmx(browser, "post", f"/m/{triage.pk}/posts/{reply.pk}/settle/", {"verdict": "missing"}, target="replies")
    assert (answer.status_code, state_of(reply)) == (200, State.WAITING)


def test_what_is_not_wanted_any_more_is_not_offered_to_be_sent_again(browser, reply):
    OutboundPost.objects.update(state=State.UNKNOWN, unwanted_because="It was decided not to respond.")
    page = browser.get("/outbound/").content.decode()
    assert 'value="not_there"' in page
    assert 'value="missing"' not in page


def test_the_list_shows_what_waits_for_a_person_and_settles_it(browser, reply, channel):
    assert "Everything that was sent has arrived." in browser.get("/outbound/").content.decode()
    OutboundPost.objects.update(state=State.FAILED, problem="The receiver refuses it.", problem_detail="HTTP 400")
    page = browser.get("/outbound/").content.decode()
    assert "The receiver refuses it. (HTTP 400)" in page
    assert f'id="post-{reply.pk}"' in page
    browser.post(f"/outbound/{reply.pk}/settle/", {"verdict": "by_hand"})
    assert state_of(reply) == State.BY_HAND


def test_whoever_may_pauses_publishing_and_whoever_may_not_sees_it(browser, pedro, triage, reply, channel):
    url = "/outbound/channels/partner/publishing/"
    assert browser.post(url, {"do": "pause"}).status_code == 403
    lead = Client()
    lead.force_login(pedro)
    lead.post(url, {"do": "pause"})
    channel.refresh_from_db()
    assert channel.publishing_paused_by == pedro
    for path in ("/outbound/", f"/m/{triage.pk}/"):
        assert "Publishing is paused" in browser.get(path).content.decode()
    lead.post(url, {"do": "resume"})
    channel.refresh_from_db()
    assert channel.publishing_paused_at is None


def test_open_consoles_fetch_the_posts_as_they_are_now(browser, triage, reply):
    OutboundPost.objects.update(state=State.SENT, url="https://social.example/r-9", posted_at=Now())
    part = htmx(browser, "get", f"/m/{triage.pk}/posts/", target="our-posts").content.decode()
    assert f"outbound:{reply.pk}" in part
    assert "https://social.example/r-9" in part


def test_posts_of_other_mentions_are_not_reached_through_this_one(browser, arrive, reply):
    other = arrive(read=THANKS)
    assert browser.post(f"/m/{other.pk}/posts/{reply.pk}/take-back/").status_code == 404
    assert state_of(reply) == State.WAITING

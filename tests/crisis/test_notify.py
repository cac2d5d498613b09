from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F
from django.utils import timezone, translation

from accounts.models import BellItem
from crisis.escalate import acknowledge, advance_due, cancel, resolve
from crisis.links import link_of
from crisis.models import ContactMethod, DeliveryAttempt, Escalation, Notification
from crisis.notifiers.protocol import NotifierError, Receipt
from crisis.notify import deliver_lane, outcomes
from crisis.notify.claims import claim_next, settle
from crisis.timeline import in_words
from tests.crisis.make import let_pass, make_contact, make_escalation, make_policy
from tests.make import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(pedro) -> ContactMethod:
    return make_contact(pedro)


def page_pedro(**fields) -> Escalation:
    escalation = make_escalation(**fields)
    advance_due()
    return escalation


def mail_to(contact: ContactMethod) -> Notification:
    return Notification.objects.get(contact_method=contact, kind="page")


def test_a_page_is_sent_once_and_kept_with_its_attempt(contact, mailbox):
    page_pedro()
    assert deliver_lane("email") == 1
    assert deliver_lane("email") == 0
    row = mail_to(contact)
    attempt = row.attempts.get()
    assert (row.state, row.lease_token, attempt.outcome, attempt.code) == ("delivered", None, "accepted", 250)
    assert attempt.started_at <= attempt.finished_at
    contact.refresh_from_db()
    assert contact.last_success_at is not None
    assert mailbox.page_ids() == [row.page_id]


def test_the_console_rings(pedro):
    escalation = page_pedro()
    deliver_lane("in_app")
    line = BellItem.objects.get()
    assert (line.person, line.group, line.url) == (pedro, "needs_you", f"/escalations/{escalation.pk}/")
    assert "[L3 High]" in line.title


def test_a_mail_names_severity_title_and_page_and_never_what_a_stranger_wrote(contact, mailbox):
    escalation = page_pedro(title="Mention on Mastodon", reason="They wrote: kettle on fire")
    deliver_lane("email")
    [mail] = mailbox.arrived
    page = escalation.pages.get()
    assert mailbox.subjects()[0] == f"[L3 High] Mention on Mastodon · page {page.pk}"
    whole = mail.as_string()
    assert escalation.mention.text not in whole
    assert "kettle" not in whole
    text = mail.get_body(("plain",)).get_content()
    assert link_of(page) in text
    assert "You are called as Pr lead, on shift." in text


def test_a_mail_is_in_the_persons_language_and_zone(groups, mailbox):
    person = make_user("yuki", roles=("pr_lead",), language="de", time_zone="Asia/Tokyo")
    make_contact(person)
    page_pedro()
    deliver_lane("email")
    [mail] = mailbox.arrived
    assert mail["Content-Language"] == "de"
    assert "JST" in mail.get_body(("plain",)).get_content()


def test_what_fails_for_now_is_tried_again_later_with_the_same_link(contact, mailbox):
    page = page_pedro().pages.get()
    mailbox.mode = "busy"
    deliver_lane("email")
    row = mail_to(contact)
    assert (row.state, row.attempts.get().outcome) == ("pending", "temporary")
    wait = (row.next_attempt_at - timezone.now()).total_seconds()
    assert 3 < wait < 6.1
    mailbox.mode = "ok"
    assert deliver_lane("email") == 0
    let_pass(7)
    assert deliver_lane("email") == 1
    assert link_of(page) in mailbox.arrived[0].get_body(("plain",)).get_content()
    assert [attempt.number for attempt in row.attempts.all()] == [1, 2]


def test_what_may_have_arrived_is_tried_again_and_marked(contact, mailbox):
    page_pedro()
    mailbox.mode = "drop_after_data"
    deliver_lane("email")
    mailbox.mode = "ok"
    let_pass(7)
    deliver_lane("email")
    assert [attempt.outcome for attempt in mail_to(contact).attempts.all()] == ["unknown", "accepted"]
    assert len(set(mailbox.page_ids())) == 1


def test_a_dead_address_is_switched_off_and_the_next_one_is_used_now(contact, pedro, mailbox):
    second = make_contact(pedro, "second@example.test", position=2)
    escalation = page_pedro()
    mailbox.mode = "refuse_recipient"
    assert deliver_lane("email") == 2, "the second one did not wait for its turn"
    contact.refresh_from_db()
    assert contact.disabled_at is not None
    assert "user unknown" in contact.disabled_reason
    assert mail_to(second).state == "failed"
    kinds = list(escalation.timeline.values_list("kind", flat=True))
    assert kinds[-3:] == ["contact_disabled", "contact_disabled", "unreachable"]


def test_all_that_waits_for_a_dead_address_goes_the_next_way(contact, pedro, mailbox):
    second = make_contact(pedro, "second@example.test", position=2)
    page_pedro()
    page_pedro()
    mailbox.mode = "refuse_recipient"
    Notification.objects.filter(contact_method=second).update(lane="held")
    deliver_lane("email")
    assert list(Notification.objects.filter(contact_method=contact).values_list("state", flat=True)) == ["failed"] * 2
    waiting = Notification.objects.filter(contact_method=second)
    assert [row.next_attempt_at <= timezone.now() for row in waiting] == [True, True]


def test_what_is_being_sent_to_a_dead_address_is_finished_by_whoever_sends_it(contact, mailbox):
    page_pedro()
    page_pedro()
    sending = claim_next("email")
    mailbox.mode = "refuse_recipient"
    deliver_lane("email")
    outcomes.failed(sending, sending.load(), NotifierError("user unknown", permanent=True))
    assert set(DeliveryAttempt.objects.values_list("outcome", flat=True)) == {"permanent"}
    assert Escalation.objects.filter(timeline__kind="contact_disabled").count() == 1


def test_when_the_server_refuses_us_the_owners_are_paged_and_no_contact_is_blamed(contact, ada, mailbox):
    page_pedro()
    mailbox.mode = "refuse_us"
    deliver_lane("email")
    contact.refresh_from_db()
    assert contact.disabled_at is None
    assert mail_to(contact).state == "pending"
    engine = Escalation.objects.get(subject_kind="engine")
    assert engine.timeline.get(kind="fault").data["cause"] == "refused_us"


def test_after_an_acknowledgement_nothing_is_claimed(contact, pedro):
    escalation = page_pedro()
    acknowledge(escalation.pk, pedro, "console")
    Notification.objects.update(state="pending")  # as if the withdrawal had missed it
    assert claim_next("email") is None
    settle()
    assert mail_to(contact).state == "withdrawn"


def test_an_older_calling_is_not_sent_once_calling_started_anew(contact):
    page_pedro()
    Escalation.objects.update(generation=2)
    assert claim_next("email") is None


def test_what_is_too_old_is_not_sent(contact):
    page_pedro()
    Notification.objects.update(expires_at=F("created_at"))
    assert claim_next("email") is None
    settle()
    assert mail_to(contact).state == "expired"


@pytest.mark.parametrize(
    ("language", "expired", "switched_off"),
    [
        ("en", "pedro, E-mail: it could not be sent in time", "pedro, E-mail: not sent, because"),
        ("de", "pedro, E-Mail: konnte nicht rechtzeitig gesendet", "pedro, E-Mail: nicht gesendet, weil"),
    ],
)
def test_the_timeline_says_why_a_page_was_not_sent(contact, language, expired, switched_off):
    late, disabled = page_pedro(), page_pedro()
    Notification.objects.filter(escalation=late, lane="email").update(expires_at=F("created_at"))
    settle()
    ContactMethod.objects.filter(pk=contact.pk).update(disabled_at=timezone.now())
    settle()
    settle()
    for escalation, why in ((late, expired), (disabled, switched_off)):
        rows = escalation.timeline.filter(kind="unsent")
        with translation.override(language):
            [line] = in_words(escalation, rows, escalation.pages.all())
        assert line.text.startswith(why)


def test_the_answer_is_the_reason_why_a_withdrawn_page_was_not_sent(contact, pedro):
    escalation = page_pedro()
    acknowledge(escalation.pk, pedro, "console")
    Notification.objects.update(state="pending")  # as if the withdrawal had missed it
    settle()
    assert not escalation.timeline.filter(kind="unsent").exists()


def test_a_contact_method_that_was_switched_off_meanwhile_is_not_used(contact):
    page_pedro()
    ContactMethod.objects.filter(pk=contact.pk).update(disabled_at=timezone.now())
    assert claim_next("email") is None
    settle()
    assert mail_to(contact).state == "failed"


def test_one_notification_is_claimed_by_one_worker_until_its_lease_lapses(contact):
    page_pedro()
    assert claim_next("email") is not None
    assert claim_next("email") is None
    let_pass(29)
    assert claim_next("email") is None
    let_pass(2)
    again = claim_next("email")
    assert again.attempt_number == 2
    assert list(DeliveryAttempt.objects.values_list("outcome", flat=True)) == ["unknown", "intended"]


def test_whoever_lost_the_lease_writes_nothing(contact):
    page_pedro()
    claim = claim_next("email")
    notification = claim.load()
    Notification.objects.update(lease_token=uuid4())
    outcomes.accepted(claim, notification, Receipt("late", 250))
    outcomes.failed(claim, notification, NotifierError("late", permanent=True))
    contact.refresh_from_db()
    assert mail_to(contact).state == "sending"
    assert DeliveryAttempt.objects.get().outcome == "intended"
    assert contact.disabled_at is None


def test_the_more_severe_goes_first(contact):
    make_policy("L1")
    page_pedro(severity="L1")
    urgent = page_pedro(severity="L3")
    assert claim_next("email").load().escalation == urgent


def test_a_hold_up_in_one_lane_leaves_the_others_alone(contact, pedro):
    page_pedro()
    assert claim_next("email") is not None
    assert claim_next("in_app") is not None


def test_standing_down_is_delivered_although_the_escalation_is_closed(contact, pedro, mailbox):
    escalation = page_pedro()
    deliver_lane("email")
    cancel(escalation.pk, pedro)
    deliver_lane("email")
    stood_down = mailbox.arrived[1]
    assert mailbox.subjects()[1].startswith("Stand down: [L3 High]")
    assert mailbox.page_ids() == [escalation.pages.get().pk] * 2
    assert "/p/" not in stood_down.as_string()


def test_a_straggler_of_a_closed_escalation_is_put_away_when_its_lease_lapses(contact, pedro):
    escalation = page_pedro()
    claim_next("email")
    resolve(escalation.pk, pedro)
    let_pass(31)
    settle()
    assert mail_to(contact).state == "withdrawn"
    assert DeliveryAttempt.objects.get().outcome == "unknown"


def test_a_message_that_cannot_be_written_does_not_hold_up_the_next(contact, mailbox):
    broken, healthy = page_pedro(), page_pedro()
    broken.pages.update(why={})
    deliver_lane("email")
    assert mailbox.page_ids() == [healthy.pages.get().pk]
    row = Notification.objects.get(escalation=broken, lane="email")
    assert (row.state, row.attempts.get().detail) == ("pending", "KeyError")


def test_a_retry_waits_as_long_as_the_provider_asks(contact):
    page_pedro()
    claim = claim_next("email")
    outcomes.failed(claim, claim.load(), NotifierError("slow down", retry_after=900))
    assert mail_to(contact).next_attempt_at > timezone.now() + timedelta(minutes=14)


def test_a_claim_costs_a_handful_of_queries_however_much_waits(contact, django_assert_max_num_queries):
    for _each in range(5):
        page_pedro()
    with django_assert_max_num_queries(5):
        claim_next("email")

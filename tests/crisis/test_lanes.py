import threading
import time

import pytest

from accounts.models import BellItem
from crisis.escalate import acknowledge, advance_due
from crisis.models import DeliveryAttempt, EngineHeartbeat, Notification
from crisis.notifiers import email
from crisis.notify import deliver_due
from crisis.notify.claims import claim_next
from crisis.tasks import advance_due as advance_task
from crisis.tasks import deliver_due as deliver_task
from tests.crisis.make import make_contact, make_escalation
from tests.crisis.race import race
from tests.until import until

pytestmark = pytest.mark.django_db(transaction=True)


def test_all_lanes_are_emptied(pedro, mailbox):
    make_contact(pedro)
    for _each in range(6):
        make_escalation()
    advance_due()
    deliver_due()
    assert set(Notification.objects.values_list("state", flat=True)) == {"delivered"}
    assert len(set(mailbox.page_ids())) == len(mailbox.arrived) == 6
    assert BellItem.objects.count() == 6


def test_a_mail_server_that_hangs_holds_up_mails_and_nothing_else(pedro, mailbox, monkeypatch):
    monkeypatch.setattr(email, "SEND_IN_ALL", 3)
    make_contact(pedro)
    mailbox.mode = "hang_on_data"
    make_escalation()
    advance_due()
    deliver_due(wait=False)
    until(lambda: mailbox.arrived)
    for _each in range(8):
        make_escalation()
    advance_due()
    began = time.monotonic()
    for _sweep in range(8):
        deliver_due(wait=False)
    until(lambda: BellItem.objects.count() == 9)
    assert time.monotonic() - began < 2
    busy = [thread for thread in threading.enumerate() if thread.name == "lane-email"]
    assert 1 <= len(busy) <= 4, "however often it is swept"
    mailbox.mode = "ok"
    mailbox.released.set()
    for thread in busy:
        thread.join(10)
    deliver_due()
    assert Notification.objects.filter(lane="email").exclude(state="delivered").count() == 0


def test_nothing_is_claimed_after_an_acknowledgement(pedro):
    make_contact(pedro)
    for _round in range(50):
        escalation = make_escalation()
        advance_due()
        race(lambda: claim_next("email"), lambda: acknowledge(escalation.pk, pedro, "console"))  # noqa: B023
        attempts = DeliveryAttempt.objects.filter(notification__escalation=escalation)
        assert not attempts.filter(started_at__gt=escalation.acknowledgements.get().at).exists()
        assert claim_next("email") is None


def test_the_tasks_sweep_and_say_so(pedro, mailbox):
    make_contact(pedro)
    make_escalation()
    advance_task()
    deliver_task()
    until(lambda: Notification.objects.filter(state="delivered").count() == 2)
    assert set(EngineHeartbeat.objects.values_list("part", flat=True)) == {"advance", "deliver"}
    for thread in threading.enumerate():
        if thread.name.startswith("lane-"):
            thread.join(10)

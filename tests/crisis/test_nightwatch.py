import threading
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from crisis.audit import audit
from crisis.engine_health import Part, beat
from crisis.escalate import acknowledge, advance_due
from crisis.escalate.faults import close_when_quiet, report_fault
from crisis.models import EngineHeartbeat, Escalation, Notification, Page, TimelineEntry
from crisis.models.escalation import State
from crisis.nightwatch import Nightwatch
from crisis.notify import deliver_lane
from tests.crisis.make import let_pass, make_contact, make_escalation
from tests.loopback import Answer, serving
from tests.make import make_user
from tests.until import until

pytestmark = pytest.mark.django_db


@pytest.fixture
def watch() -> Nightwatch:
    return Nightwatch(threading.Event())


def workers_beat(seconds_ago: float = 0) -> None:
    for part in (Part.ADVANCE, Part.DELIVER):
        beat(part)
    moment = timezone.now() - timedelta(seconds=seconds_ago)
    EngineHeartbeat.objects.exclude(part=Part.NIGHTWATCH).update(beat_at=moment)


def test_while_the_workers_are_in_time_it_only_watches(watch, pedro):
    make_escalation()
    workers_beat(seconds_ago=4)
    watch.look()
    assert not Page.objects.exists()
    assert EngineHeartbeat.objects.filter(part=Part.NIGHTWATCH).exists()


def test_when_the_workers_are_late_it_sweeps_in_their_place(watch, pedro):
    make_escalation()
    workers_beat(seconds_ago=6)
    watch.look()
    assert Page.objects.get().person == pedro


def test_on_a_fresh_start_it_sweeps_and_alarms_nobody(watch, pedro):
    make_escalation()
    watch.look()
    assert Page.objects.count() == 1
    assert not Escalation.objects.filter(subject_kind="engine").exists()


def test_workers_that_start_with_it_are_not_called_late_at_once(watch, pedro, caplog):
    watch.look()
    assert "late" not in caplog.text
    watch.started_at -= 21
    watch.look()
    watch.look()
    assert caplog.text.count("the workers are late") == 1


def test_when_the_workers_stay_away_for_two_minutes_the_owners_are_paged_once(watch, ada):
    workers_beat(seconds_ago=6)
    watch.look()
    watch.late_since -= 116
    watch.look()
    watch.look()
    engine = Escalation.objects.get(subject_kind="engine")
    assert engine.pages.get().person == ada
    assert engine.timeline.filter(kind="fault").count() == 1


def test_a_laptop_that_slept_is_no_outage(watch, ada):
    workers_beat(seconds_ago=8 * 3600)
    watch.look()
    workers_beat()
    watch.look()
    assert watch.late_since is None
    assert not Escalation.objects.exists()


def test_an_open_escalation_that_called_nobody_for_a_minute_is_a_fault(pedro, ada):
    stuck = make_escalation()
    assert audit() == []
    let_pass(61, stuck)
    assert {(fault.cause, fault.ids["escalation"]) for fault in audit()} == {
        ("no_page", stuck.pk),
        ("overdue", stuck.pk),
    }
    advance_due()
    assert Escalation.objects.get(subject_kind="engine").pages.get().person == ada


def test_a_timer_that_was_lost_is_a_fault(pedro):
    lost = make_escalation()
    Escalation.objects.filter(pk=lost.pk).update(step_due_at=None)
    assert [fault.cause for fault in audit()] == ["no_page"]


def test_a_step_that_claims_to_have_fired_without_a_page_is_a_fault(pedro):
    odd = make_escalation()
    Escalation.objects.filter(pk=odd.pk).update(step=1, step_due_at=timezone.now() + timedelta(hours=1))
    assert [fault.cause for fault in audit()] == ["no_page"]


def test_a_lane_that_stands_still_is_a_fault(pedro):
    make_contact(pedro)
    make_escalation()
    advance_due()
    deliver_lane("in_app")
    assert audit() == []
    Notification.objects.filter(lane="email").update(next_attempt_at=F("next_attempt_at") - timedelta(seconds=61))
    assert [(fault.cause, fault.ids) for fault in audit()] == [("undelivered", {"lane": "email"})]


def test_what_was_answered_is_no_fault(pedro):
    make_contact(pedro)
    escalation = make_escalation()
    advance_due()
    acknowledge(escalation.pk, pedro, "console")
    assert audit() == []


def test_with_nobody_at_all_the_silence_is_a_fault():
    make_escalation()
    advance_due()
    assert [fault.cause for fault in audit()] == ["no_page"]


def test_a_fault_that_lasts_is_noted_once_in_five_minutes(pedro, ada):
    stuck = make_escalation()
    let_pass(61, stuck)
    for _look in range(3):
        audit()
    assert TimelineEntry.objects.filter(kind="fault", data__cause="overdue").count() == 1


def test_the_pagers_own_escalation_closes_after_ten_quiet_minutes(ada):
    engine = report_fault("late")
    advance_due()
    assert not close_when_quiet()
    TimelineEntry.objects.update(at=F("at") - timedelta(minutes=11))
    assert close_when_quiet()
    engine.refresh_from_db()
    assert engine.state == State.RESOLVED
    assert not close_when_quiet()


def test_after_each_clean_audit_it_pings_the_switch_outside(watch, settings):
    with serving(lambda asked: Answer()) as outside:
        settings.OUTBOUND_ALLOW = [outside.host_port]
        settings.NIGHTWATCH_PING_URL = outside.url("/alive")
        workers_beat()
        watch.audited_at -= 16
        watch.look()
        until(lambda: outside.asked)
        assert outside.asked[0].path == "/alive"


def test_it_does_not_ping_while_there_is_a_fault(watch, settings, pedro):
    with serving(lambda asked: Answer()) as outside:
        settings.OUTBOUND_ALLOW = [outside.host_port]
        settings.NIGHTWATCH_PING_URL = outside.url("/alive")
        make_user("ada", roles=("owner",))
        let_pass(61, make_escalation())
        workers_beat()
        watch.audit()
        assert watch.ping is None
        assert not outside.asked


def test_it_stops_when_asked(watch):
    watch.stopping.set()
    watch.run()

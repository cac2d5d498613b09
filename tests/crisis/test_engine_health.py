from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crisis.engine_health import Part, beat, engine_state
from crisis.escalate import advance_due
from crisis.escalate.faults import report_fault
from crisis.models import EngineHeartbeat
from tests.crisis.make import make_escalation

pytestmark = pytest.mark.django_db


def all_beat() -> None:
    for part in Part:
        beat(part)


def last_beat(part: str, seconds_ago: float) -> None:
    EngineHeartbeat.objects.filter(part=part).update(beat_at=timezone.now() - timedelta(seconds=seconds_ago))


def test_all_is_well_while_every_part_beats():
    all_beat()
    state = engine_state()
    assert (state.is_well, state.in_time, state.reasons) == (True, True, ())


@pytest.mark.parametrize(
    ("stopped", "in_time", "tone", "says"),
    [
        ([Part.ADVANCE], True, "warning", "The workers do not run."),
        ([Part.DELIVER], True, "warning", "The workers do not run."),
        ([Part.NIGHTWATCH], True, "warning", "The nightwatch does not run"),
        (list(Part), False, "danger", "Pages do not go out"),
    ],
)
def test_after_thirty_seconds_the_banner_says_what_stands_still(stopped, in_time, tone, says):
    all_beat()
    for part in stopped:
        last_beat(part, 29)
    assert engine_state().is_well
    for part in stopped:
        last_beat(part, 31)
    state = engine_state()
    assert (state.in_time, state.tone) == (in_time, tone)
    assert state.reasons[0].startswith(says)


def test_before_the_first_sweep_it_is_not_in_time():
    assert not engine_state().in_time


def test_nobody_answering_is_loud(ada):
    all_beat()
    make_escalation()
    advance_due()
    state = engine_state()
    assert (state.unanswered, state.tone) == (1, "danger")
    assert state.reasons == ("Nobody answers 1 escalation. The owners were called.",)


def test_a_fault_is_loud(ada):
    all_beat()
    report_fault("late")
    assert engine_state().has_fault


def test_the_banner_is_empty_while_all_is_well_and_fetches_itself(client, maya):
    client.force_login(maya)
    all_beat()
    shown = client.get(reverse("crisis:engine")).content.decode()
    assert 'role="alert"' not in shown
    assert 'data-live="engine' in shown
    last_beat(Part.ADVANCE, 31)
    assert "The workers do not run." in client.get(reverse("crisis:engine")).content.decode()


def test_a_beat_is_cheap_and_not_written_twice_a_moment(django_assert_num_queries):
    beat(Part.ADVANCE)
    first = EngineHeartbeat.objects.get().beat_at
    with django_assert_num_queries(1):
        beat(Part.ADVANCE)
    assert EngineHeartbeat.objects.get().beat_at == first


def test_the_state_costs_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        engine_state()

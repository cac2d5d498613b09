from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crisis.escalation_clock import (
    Exhausted,
    FrozenPolicy,
    FrozenStep,
    FrozenTarget,
    NextStep,
    next_step,
    retry_delay,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LEAD, DEPUTY = FrozenTarget("pr_lead", "on_shift"), FrozenTarget("pr_lead", "deputy")
POLICY = FrozenPolicy(
    slug="severity-l3",
    name="Severity L3",
    level="L3",
    rounds=2,
    round_delay=900.0,
    acknowledgement_lasts=1800.0,
    steps=(FrozenStep(0.0, (LEAD,)), FrozenStep(300.0, (DEPUTY,)), FrozenStep(600.0, (LEAD, DEPUTY))),
)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("step", "round", "expected"),
    [
        (0, 1, NextStep(1, 1, at(0))),
        (1, 1, NextStep(2, 1, at(300))),
        (2, 1, NextStep(3, 1, at(600))),
        (3, 1, NextStep(1, 2, at(900))),
        (1, 2, NextStep(2, 2, at(300))),
        (3, 2, Exhausted(at(900))),
        (3, 7, Exhausted(at(900))),
    ],
)
def test_each_step_follows_the_one_before_and_the_last_round_ends_it(step, round, expected):
    assert next_step(POLICY, step, round, NOON) == expected


def test_a_round_waits_for_the_delay_of_its_first_step_too():
    late = replace(POLICY, steps=(FrozenStep(60.0, (LEAD,)),))
    assert next_step(late, 0, 1, NOON) == NextStep(1, 1, at(60))
    assert next_step(late, 1, 1, NOON) == NextStep(1, 2, at(960))


def test_a_single_step_in_a_single_round_is_exhausted_after_the_round_delay():
    short = replace(POLICY, rounds=1, steps=POLICY.steps[:1])
    assert next_step(short, 1, 1, NOON) == Exhausted(at(900))


def test_after_an_outage_one_step_fires_and_the_next_counts_from_then():
    hours_later = at(5 * 3600)
    assert next_step(POLICY, 1, 1, hours_later) == NextStep(2, 1, hours_later + timedelta(seconds=300))


def test_a_policy_comes_back_from_json_as_it_was():
    assert FrozenPolicy.from_json(POLICY.to_json()) == POLICY


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {**POLICY.to_json(), "steps": []},
        {**POLICY.to_json(), "rounds": 0},
        {**POLICY.to_json(), "steps": [{"delay": 0}]},
        {**POLICY.to_json(), "surprise": 1},
    ],
)
def test_what_is_no_policy_is_refused(broken):
    with pytest.raises((KeyError, TypeError, ValueError)):
        FrozenPolicy.from_json(broken)


def test_speed_divides_every_duration_and_nothing_else():
    fast = POLICY.faster(10)
    assert [step.delay for step in fast.steps] == [0, 30, 60]
    assert (fast.round_delay, fast.acknowledgement_lasts, fast.repeat_every) == (90, 180, 90)
    assert fast.next_method_after == 12
    assert replace(POLICY, acknowledgement_lasts=None).faster(10).acknowledgement_lasts is None
    assert (fast.rounds, fast.level, fast.slug) == (2, "L3", "severity-l3")


def test_further_people_join_the_first_step_once():
    legal = FrozenTarget("legal", "on_shift")
    wider = POLICY.also_calling([LEAD, legal, legal])
    assert wider.steps[0].targets == (LEAD, legal)
    assert wider.steps[1:] == POLICY.steps[1:]


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 5), (2, 15), (3, 45), (4, 120), (5, 300), (6, 300), (40, 300)])
def test_retries_come_ever_later_and_then_every_five_minutes(attempt, seconds):
    assert retry_delay(attempt, 0.0) == seconds


def test_retries_are_spread_by_a_fifth_and_wait_as_long_as_the_provider_asks():
    assert retry_delay(1, 1.0) == pytest.approx(6)
    assert retry_delay(1, -1.0) == pytest.approx(4)
    assert retry_delay(1, 0.0, retry_after=70) == 70
    assert retry_delay(5, 0.0, retry_after=70) == 300

"""Shifts as tables, and without hole or overlap in every zone through three years of changing clocks."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisis.shifts import Because, Hours, Plan, Shift, Turns, instant, of_rotation, of_turns

BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
MAYA, PEDRO, LEA = 1, 2, 3
DAY, WEEK = timedelta(days=1), timedelta(days=7)
YEARS = datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)


def turns(*members: int, zone: ZoneInfo = BERLIN, period=WEEK, first="2026-11-23T09:00", since="2020-01-01", **more):
    since = datetime.fromisoformat(since).replace(tzinfo=UTC)
    return Turns(since, datetime.fromisoformat(first), period, zone, members, **more)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_turns_go_round_and_begin_before_the_first_handover_too():
    found = list(of_turns(turns(MAYA, PEDRO), utc("2026-11-20T00:00"), utc("2026-12-08T00:00")))
    assert [(shift.start, shift.person) for shift in found] == [
        (utc("2026-11-20T00:00"), PEDRO),
        (utc("2026-11-23T08:00"), MAYA),
        (utc("2026-11-30T08:00"), PEDRO),
        (utc("2026-12-07T08:00"), MAYA),
    ]
    assert found[-1].end == utc("2026-12-08T00:00")


def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change():
    found = list(of_turns(turns(MAYA, PEDRO, period=DAY), utc("2026-03-28T08:00"), utc("2026-03-31T07:00")))
    assert [shift.start.hour for shift in found] == [8, 7, 7]
    assert [shift.end - shift.start for shift in found] == [timedelta(hours=23), DAY, DAY]


def test_a_time_that_is_skipped_is_the_first_moment_after_it_and_one_that_comes_twice_the_first():
    assert instant(datetime(2026, 3, 29, 2, 30), BERLIN) == utc("2026-03-29T01:00")
    assert instant(datetime(2026, 10, 25, 2, 30), BERLIN) == utc("2026-10-25T00:30")
    assert instant(datetime(2011, 12, 30, 8, 0), ZoneInfo("Pacific/Apia")) == utc("2011-12-30T10:00"), "a day skipped"


def test_in_every_zone_no_gap_and_no_overlap_for_three_years():
    wrong = [name for name in sorted(available_timezones()) if not is_seamless(ZoneInfo(name), WEEK)]
    assert wrong == []


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll"])
def test_half_an_hour_is_as_seamless_as_a_week(zone):
    assert is_seamless(ZoneInfo(zone), timedelta(minutes=30))


def is_seamless(zone: ZoneInfo, period: timedelta) -> bool:
    """Handed over on Sundays at half past two, when most clocks change."""
    start, end = YEARS
    found = list(of_turns(turns(MAYA, PEDRO, LEA, zone=zone, period=period, first="2026-01-04T02:30"), start, end))
    return (
        (found[0].start, found[-1].end) == YEARS
        and all(shift.start < shift.end for shift in found)
        and all(before.end == after.start for before, after in pairwise(found))
    )


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
    at=st.datetimes(min_value=datetime(2025, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC)),
    hours=st.integers(1, 400),
    opens=st.times(),
    closes=st.times(),
    weekdays=st.frozensets(st.integers(0, 6)),
    cover=st.tuples(st.integers(-100, 100), st.integers(1, 100)),
)
def test_every_moment_has_one_shift_whatever_is_asked_for(zone, at, hours, opens, closes, weekdays, cover):
    daytime = turns(MAYA, PEDRO, zone=zone, hours=Hours(weekdays, opens, closes))
    always = turns(LEA, PEDRO, zone=zone, period=timedelta(hours=hours))
    begins = at + timedelta(hours=cover[0])
    override = Shift(begins, begins + timedelta(hours=cover[1]), LEA, Because.OVERRIDE)
    plan = Plan(((daytime,), (always,)), (override,))
    found = plan.shifts(at, at + 3 * DAY)
    assert (found[0].start, found[-1].end) == (at, at + 3 * DAY)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(shift.person is not None for shift in found), "one rotation never sleeps"
    for shift in found:
        assert plan.at(shift.start).person == shift.person
        assert (shift.because == Because.OVERRIDE) == override.holds(shift.start)


def test_the_first_rotation_is_in_charge_while_it_is_on_duty():
    workdays = Hours(frozenset(range(5)), time(9), time(17))
    plan = Plan(((turns(MAYA, zone=UTC_ZONE, hours=workdays),), (turns(PEDRO, zone=UTC_ZONE),)))
    found = plan.shifts(utc("2026-11-27T00:00"), utc("2026-11-30T12:00"))
    assert [(shift.start, shift.person) for shift in found] == [
        (utc("2026-11-27T00:00"), PEDRO),
        (utc("2026-11-27T09:00"), MAYA),
        (utc("2026-11-27T17:00"), PEDRO),
        (utc("2026-11-30T09:00"), MAYA),
    ]


def test_hours_reach_past_midnight():
    nights = Hours(frozenset({4}), time(22), time(6))
    found = list(of_rotation([turns(MAYA, zone=UTC_ZONE, hours=nights)], utc("2026-11-27T00:00"), utc("2026-11-30")))
    assert [(shift.start, shift.end) for shift in found] == [(utc("2026-11-27T22:00"), utc("2026-11-28T06:00"))]


def test_an_edit_leaves_what_was_and_begins_when_it_says():
    versions = (turns(MAYA), turns(PEDRO, since="2026-11-25"), turns(since="2026-11-28"))
    found = list(of_rotation(versions, utc("2026-11-24"), utc("2026-12-31")))
    assert [(shift.person, shift.start, shift.end) for shift in found] == [
        (MAYA, utc("2026-11-24"), utc("2026-11-25")),
        (PEDRO, utc("2026-11-25"), utc("2026-11-28")),
    ]


def test_who_stands_in_goes_first_and_of_two_the_later_one():
    day = utc("2026-11-24"), utc("2026-11-25")
    overrides = (Shift(*day, PEDRO, Because.OVERRIDE), Shift(day[0] + DAY / 2, day[1], LEA, Because.OVERRIDE))
    found = Plan(((turns(MAYA, zone=UTC_ZONE),),), overrides).shifts(*day)
    assert [(shift.person, shift.end - shift.start) for shift in found] == [(PEDRO, DAY / 2), (LEA, DAY / 2)]


def test_while_a_rotation_runs_a_gap_is_a_shift_of_nobody_and_else_the_order_counts():
    mornings = turns(MAYA, zone=UTC_ZONE, since="2026-11-24T04:00", hours=Hours(frozenset(range(7)), time(8), time(12)))
    plan = Plan(((mornings, turns(since="2026-11-25")),), otherwise=PEDRO)
    found = plan.shifts(utc("2026-11-24"), utc("2026-11-26"))
    assert [(shift.start.hour, shift.person, str(shift.because)) for shift in found] == [
        (0, PEDRO, "order"),
        (4, None, "rotation"),
        (8, MAYA, "rotation"),
        (12, None, "rotation"),
        (0, PEDRO, "order"),
    ]
    assert len(plan.gaps(utc("2026-11-24"), utc("2026-11-26"))) == 2
    assert Plan().at(utc("2026-11-24")).person is None, "nobody holds the role"

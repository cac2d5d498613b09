"""Deadlines that rest while nobody is at work: exact across clock changes, in every zone of the world."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbooks.cover import (
    DAY,
    Cover,
    Span,
    add_open_time,
    closed_between,
    is_open,
    moment,
    next_open,
    open_time_between,
)

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = (Span(9 * 60, 17 * 60),)
WEEKDAYS: tuple = (*[OFFICE] * 5, (), ())
ALWAYS: tuple = ((Span(0, DAY),),) * 7
NEVER: tuple = ((),) * 7

zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 1), timezones=st.just(UTC))
durations = st.timedeltas(timedelta(0), timedelta(days=4))
spans = st.tuples(st.integers(0, DAY - 1), st.integers(0, DAY - 1)).map(
    lambda pair: Span(pair[0], pair[1] if pair[1] > pair[0] else pair[1] + DAY)
)
weeks = st.lists(st.lists(spans, max_size=2).map(tuple), min_size=7, max_size=7).map(tuple).filter(any)
covers = st.builds(Cover, zones, weeks)
thorough = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@thorough
@given(covers, moments, durations)
def test_as_much_open_time_lies_before_the_deadline_as_was_given(cover, start, duration):
    assert open_time_between(start, add_open_time(start, duration, cover), cover) == duration


@thorough
@given(covers, moments, durations)
def test_a_deadline_never_ends_in_closed_time(cover, start, duration):
    end = add_open_time(start, duration, cover)

    assert end >= start
    assert is_open(end - timedelta(microseconds=1), cover) if duration else is_open(end, cover)


@thorough
@given(covers, moments, moments, durations, durations)
def test_who_comes_later_or_has_longer_is_never_due_earlier(cover, start, other, duration, longer):
    first, last = sorted((start, other))
    short, long = sorted((duration, longer))

    assert add_open_time(first, short, cover) <= add_open_time(last, short, cover)
    assert add_open_time(first, short, cover) <= add_open_time(first, long, cover)


@thorough
@given(zones, moments, durations)
def test_around_the_clock_is_plain_addition(zone, start, duration):
    assert add_open_time(start, duration, Cover(zone, ALWAYS)) == start + duration
    assert closed_between(start, start + duration, Cover(zone, ALWAYS)) == []


@thorough
@given(covers, moments)
def test_it_is_open_when_the_clock_on_the_wall_says_so(cover, at):
    wall = at.astimezone(cover.zone)
    if wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset():
        return  # the repeated hour: the first of the two counts
    said = any(_holds(span, wall, days) for days in (0, 1) for span in cover.spans_on(_day(wall, days)))

    assert is_open(at, cover) == said or _clock_changes_near(at, cover.zone)


def _day(wall: datetime, days: int) -> date:
    return wall.date() - timedelta(days=days)


def _holds(span: Span, wall: datetime, days: int) -> bool:
    minutes = wall.hour * 60 + wall.minute + days * DAY
    return span.opens <= minutes < span.closes


def _clock_changes_near(at: datetime, zone: ZoneInfo) -> bool:
    """Within two days of a change the wall may show what a span across it does not."""
    near = [(at + timedelta(days=days)).astimezone(zone).utcoffset() for days in (-2, 0, 2)]
    return len(set(near)) > 1


@thorough
@given(covers, moments, durations)
def test_open_and_closed_stretches_fill_the_time(cover, start, duration):
    end = start + duration
    closed = closed_between(start, end, cover)

    assert (
        sum((last - first for first, last in closed), timedelta(0)) + open_time_between(start, end, cover) == duration
    )
    assert all(not is_open(first, cover) for first, _last in closed)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-20 16:00", 4, "2026-11-23 12:00"),  # Friday, then Monday
        ("2026-11-20 20:00", 4, "2026-11-23 13:00"),
        ("2026-11-20 09:00", 8, "2026-11-20 17:00"),  # until closing
        ("2026-12-24 15:00", 4, "2026-12-28 12:00"),  # the 25th is a holiday, the 24th closes at four
        ("2026-12-31 12:00", 1, "2026-12-31 13:00"),
        ("2026-12-31 12:00", 3, "2027-01-01 10:00"),  # an open day of its own wins over the holiday
    ],
)
def test_evenings_weekends_holidays_and_own_days_do_not_count(start, hours, due):
    own = {
        date(2026, 12, 24): (Span(9 * 60, 16 * 60),),
        date(2026, 12, 31): (Span(9 * 60, 14 * 60),),
        date(2027, 1, 1): OFFICE,
    }
    cover = Cover(BERLIN, WEEKDAYS, own, {date(2026, 12, 25), date(2027, 1, 1)})

    assert add_open_time(berlin(start), timedelta(hours=hours), cover) == berlin(due)


def test_a_night_shift_loses_the_hour_that_the_clocks_skip_and_works_the_one_that_they_repeat():
    nights = Cover(BERLIN, ((Span.between(time(22), time(6)),),) * 7)

    spring = open_time_between(berlin("2026-03-28 12:00"), berlin("2026-03-29 12:00"), nights)
    autumn = open_time_between(berlin("2026-10-24 12:00"), berlin("2026-10-25 12:00"), nights)

    assert (spring, autumn) == (timedelta(hours=7), timedelta(hours=9))


def test_a_skipped_time_is_the_moment_of_the_change():
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)

    assert moment(BERLIN, date(2026, 3, 29), 150) == change
    assert moment(ZoneInfo("Pacific/Apia"), date(2011, 12, 30), 600) == datetime(2011, 12, 30, 10, tzinfo=UTC)


def test_without_cover_or_without_an_opening_every_hour_counts():
    start = berlin("2026-11-20 20:00")
    for cover in (None, Cover(BERLIN, NEVER)):
        assert add_open_time(start, timedelta(hours=4), cover) == start + timedelta(hours=4)
        assert is_open(start, cover)
        assert closed_between(start, start + timedelta(days=9), cover) == []
    assert next_open(start, Cover(BERLIN, NEVER)) is None

"""What people read: moments, spans, numbers, initials."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from plumbing.templatetags.readable import compact, initials, moment, span


@pytest.fixture(autouse=True)
def _in_berlin():
    with timezone.override("Europe/Berlin"):
        yield


def test_a_moment_of_today_is_a_time_and_others_have_a_date():
    now = timezone.now()
    assert moment(now) == timezone.localtime(now).strftime("%H:%M")
    assert moment(datetime(2019, 7, 3, 10, 5, tzinfo=UTC)) == "3 Jul 2019, 12:05"
    with translation.override("de"):
        assert moment(datetime(2019, 7, 3, 10, 5, tzinfo=UTC)) == "3. Jul 2019, 12:05"
    assert moment(None) == ""


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [
        (0, "0 sec", "0 Sek."),
        (45, "45 sec", "45 Sek."),
        (900, "15 min", "15 Min."),
        (5400, "90 min", "90 Min."),
        (14400, "4 hr", "4 Std."),
    ],
)
def test_a_span_has_one_unit(seconds, english, german):
    assert span(timedelta(seconds=seconds)) == english
    with translation.override("de"):
        assert span(timedelta(seconds=seconds)) == german


def test_numbers_are_short_where_the_language_shortens_them():
    assert [compact(n) for n in (412, 88_234, 2_400_000)] == ["412", "88K", "2M"]
    with translation.override("de"):
        assert compact(88_234) == "88.234"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Lena Vogt", "LV"), ("maya", "m"), ("Anna Maria Schmidt", "AS"), ("😀", "?"), ("", "?"), ("@łukasz", "ł")],
)
def test_initials_are_letters(name, letters):
    assert initials(name) == letters

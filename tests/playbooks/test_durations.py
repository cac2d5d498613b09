"""Durations as people write them."""

from datetime import timedelta

import pytest

from playbooks.durations import duration, in_short


@pytest.mark.parametrize(
    ("text", "seconds"), [("0s", 0), ("90s", 90), ("15m", 900), ("4h", 14_400), ("24h", 86_400), ("72h", 259_200)]
)
def test_a_duration_is_a_number_with_its_unit(text, seconds):
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "m", "1.5h", "-1h", "15 m", "15min", "999999m"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError):
        duration(text)


@pytest.mark.parametrize("text", ["0s", "90s", "15m", "1h", "24h", "48h", "3d"])
def test_a_duration_is_shown_as_it_would_be_written(text):
    assert in_short(duration(text)) == text

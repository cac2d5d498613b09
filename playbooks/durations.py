"""Reads and writes the durations of the playbook files: `15m`, `4h`, `3d`."""

import re
from datetime import timedelta

PATTERN = re.compile(r"(\d{1,5})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    """Raises ValueError unless `text` is a number followed by s, m, h or d."""
    match = PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def in_short(value: timedelta) -> str:
    """`15m`, `4h`, `3d`: the largest unit that needs no fraction, but 24h and 48h stay hours."""
    seconds = round(value.total_seconds())
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % length == 0 and (unit != "d" or seconds > 2 * length):
            return f"{seconds // length}{unit}"
    return f"{seconds}s"

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

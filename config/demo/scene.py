"""Plays the script's scene: mentions that arrive in the first minutes, among them a story that spreads."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

from config.demo.script import Line, read_script
from config.demo.stage import hand_in, not_yet_said

log = logging.getLogger(__name__)
LONGEST_LEAD = timedelta(seconds=10)


def play_scene(
    wait: Callable[[float], object], clock: Callable[[], datetime], is_stopped: Callable[[], bool] = lambda: False
) -> int:
    """Hands in what has not been said yet, waiting between the lines as the script wants; returns how many lines.

    A scene that was cut short goes on with its next line. `wait` sleeps so many seconds; `is_stopped` is asked before
    each line.
    """
    lines = not_yet_said([line for line in read_script() if line.after is not None])
    for place, (line, pause) in enumerate(zip(lines, pauses(lines), strict=True)):
        wait(pause.total_seconds())
        if is_stopped():
            return place
        now = clock()
        hand_in(line, posted_at=now, received_at=now)
        log.info("%s: %s", line.channel, line.id)
    return len(lines)


def pauses(lines: list[Line]) -> list[timedelta]:
    """How long to wait before each line; before the first one its own lead, at most a few seconds."""
    times = [line.after or timedelta(0) for line in lines]
    lead = [min(times[0], LONGEST_LEAD)] if times else []
    return lead + [later - earlier for earlier, later in pairwise(times)]

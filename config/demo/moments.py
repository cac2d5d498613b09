"""When the people of the demo acted: some minutes after a post, in their working hours, and never in the future."""

from datetime import datetime, time, timedelta
from zlib import crc32

from django.utils import timezone

from config.demo.script import Decided, Line

BEGIN, END = time(8), time(18, 30)
JUST_NOW = timedelta(minutes=2)
QUICKEST, SLOWEST = 5, 45  # minutes


def decided_at(line: Line, decided: Decided, now: datetime) -> datetime:
    """An escalation does not wait for the morning, everything else does."""
    posted = line.posted_at(now)
    pause = decided.after or usual_pause(line.id)
    at = posted + pause
    if decided.disposition != "escalate":
        at = in_working_hours(at, pause)
    return max(posted, min(at, now - JUST_NOW))


def usual_pause(seed: str) -> timedelta:
    """The same for the same post, different from one to the next."""
    return timedelta(minutes=QUICKEST + crc32(seed.encode()) % (SLOWEST - QUICKEST))


def in_working_hours(moment: datetime, pause: timedelta) -> datetime:
    """The moment itself, or so long after the next morning's begin."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    if BEGIN <= local.time() < END:
        return moment
    morning = local.date() + timedelta(days=local.time() >= END)
    return datetime.combine(morning, BEGIN, local.tzinfo) + min(pause, timedelta(hours=1))

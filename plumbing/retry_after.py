"""What a server means by its header Retry-After."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_PAUSE = timedelta(days=1)


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Seconds or an HTTP date, at most a day; None where it says nothing that can be used."""
    try:
        pause = timedelta(seconds=int(value)) if value.strip().isdecimal() else parsedate_to_datetime(value) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(pause, timedelta()), LONGEST_PAUSE)

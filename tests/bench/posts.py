"""The posts that are measured with: those of `manage.py generate_mentions`, by many more people."""

from datetime import datetime, timedelta
from itertools import count

from monitoring.channels.protocol import IncomingMention
from monitoring.made_up import made_up

APART = timedelta(seconds=30)
AUTHORS_PER_MENTION = 4
_calls = count(1)


def posts(number: int, now: datetime, seed: int) -> list[IncomingMention]:
    """No two calls bring the same post; two runs of the bench do."""
    return list(made_up(number, now, number * APART, f"{seed}-{next(_calls)}", AUTHORS_PER_MENTION))

"""A burst of signed webhooks, kept already: how fast the workers read it, against the raw insert of the same posts."""

from collections.abc import Iterator
from functools import partial

from django.utils import timezone

from monitoring.models import Mention
from monitoring.pushed import keep_pushed, read_pushed
from tests.bench.figures import Figure, Pair, seconds, speed
from tests.bench.intake import BASELINE, RawLoader, drain
from tests.bench.over_http import as_json
from tests.bench.posts import posts
from tests.make import make_channel

ROUNDS = 4  # the first one warms up
BURSTS = {100: 20, 1: 300}  # posts of one delivery: deliveries of one round


def measure() -> Iterator[Figure]:
    for size, deliveries in BURSTS.items():
        yield drained(size, deliveries)


def drained(size: int, deliveries: int) -> Figure:
    channel, raw, now = make_channel(kind="webhook"), RawLoader(), timezone.now()
    pairs: list[Pair] = []
    for turn in range(ROUNDS):
        items = posts(size * deliveries, now, seed=turn)
        sent = [as_json(channel.slug, item) for item in items]
        for place in range(deliveries):
            assert keep_pushed(channel, f"{turn}-{place}", sent[place * size :][:size]) == []
        baseline = seconds(partial(raw.store_all, items, now))
        pairs.append((seconds(drain(read_pushed)), baseline))
    assert Mention.objects.filter(channel=channel).count() == size * deliveries * ROUNDS
    one_by_one = f"deliveries of {size}" if size > 1 else "deliveries of one"
    return speed(f"read_pushed(), {one_by_one}", BASELINE.format(100), size * deliveries, pairs[1:])

"""From a post to a suggestion, against the least that storing the same rows can cost."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.utils import timezone
from psycopg2.extras import execute_values

from monitoring.channels.protocol import IncomingMention
from monitoring.ingest import ingest
from monitoring.models import Mention
from monitoring.readings import read_due
from tests.bench.figures import Act, Figure, Pair, in_turn, seconds, speed
from tests.bench.posts import posts
from tests.make import make_channel
from triage.suggest import suggest_new

BASELINE = "execute_values, batches of {:,}"
ROUNDS = {100: 60, 1_000: 12}  # by the size of a batch; the first of them warms up
ROUNDS_OF_STAGES = 20
AIM = 0.5
AUTHORS = """
    INSERT INTO monitoring_author
        (channel_id, external_id, handle, display_name, url, followers, verified, kind, by_us)
    VALUES %s ON CONFLICT DO NOTHING RETURNING external_id, id
"""
MENTIONS = """
    INSERT INTO monitoring_mention
        (channel_id, external_id, author_id, in_reply_to, kind, url, text, language, visibility, revision, posted_at,
         received_at, engagement, attachments, needs_reading)
    VALUES %s ON CONFLICT DO NOTHING
"""


class RawLoader:
    """What a script would do that trusts its input: two statements per batch, no look at what is there."""

    def __init__(self) -> None:
        self.channel = make_channel()
        self.author_ids: dict[str, int] = {}

    def store(self, items: Sequence[IncomingMention], now: datetime) -> None:
        channel = self.channel.pk
        authors = [
            (channel, a.external_id, a.handle, a.display_name, a.url, a.followers, a.verified, "unknown", False)
            for a in (item.author for item in items)
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            raw = cursor.cursor
            self.author_ids |= dict(execute_values(raw, AUTHORS, authors, page_size=len(items), fetch=True))
            mentions = [
                (channel, i.external_id, self.author_ids[i.author.external_id], i.in_reply_to, i.kind, i.url, i.text,
                 i.language, i.visibility, i.revision, i.posted_at, now, json.dumps(dict(i.engagement)), "[]", True)
                for i in items
            ]  # fmt: skip
            execute_values(raw, MENTIONS, mentions, page_size=len(items))

    def store_all(self, items: Sequence[IncomingMention], now: datetime, size: int = 100) -> None:
        for start in range(0, len(items), size):
            self.store(items[start : start + size], now)


def measure() -> Iterator[Figure]:
    for size, rounds in ROUNDS.items():
        yield from compare_ingest(size, rounds)
    yield from compare_stages()


def compare_ingest(size: int, rounds: int) -> Iterator[Figure]:
    """New posts, then the very same ones again, as every poll of a feed brings them."""
    channel, raw, now = make_channel(), RawLoader(), timezone.now()
    new: list[Pair] = []
    again: list[Pair] = []
    for turn in range(rounds):
        items = posts(size, now, seed=turn)
        ours = partial(seconds, partial(ingest, channel, items, delivery=None, now=now))
        baseline = partial(seconds, partial(raw.store, items, now))
        new.append(in_turn(turn, ours, baseline))
        again.append(in_turn(turn, ours, baseline))
    assert Mention.objects.filter(channel=channel).count() == Mention.objects.filter(channel=raw.channel).count()
    yield speed(f"ingest(), batches of {size:,}", BASELINE.format(size), size, new[1:], AIM)
    yield speed(f"ingest() of known posts, batches of {size:,}", BASELINE.format(size), size, again[1:], AIM)


def compare_stages() -> Iterator[Figure]:
    """Reading and suggesting, each and with ingest before them, against storing the rows alone."""
    channel, raw, now = make_channel(), RawLoader(), timezone.now()
    Mention.objects.update(needs_reading=False)
    found: dict[str, list[Pair]] = {"read_due()": [], "suggest_new()": [], "ingest(), read_due(), suggest_new()": []}
    for turn in range(ROUNDS_OF_STAGES):
        items = posts(100, now, seed=100 + turn)
        baseline = seconds(partial(raw.store, items, now))
        Mention.objects.filter(channel=raw.channel, needs_reading=True).update(needs_reading=False)
        store = partial(ingest, channel, items, delivery=None, now=now)
        stored, read, suggested = (seconds(act) for act in (store, drain(read_due), drain(suggest_new)))
        for name, took in zip(found, (read, suggested, stored + read + suggested), strict=True):
            found[name].append((took, baseline))
    for name, pairs in found.items():
        yield speed(name, BASELINE.format(100), 100, pairs[1:])


def drain(sweep: Act) -> Act:
    """The act that sweeps until nothing is left."""

    def act() -> None:
        while sweep():
            pass

    return act

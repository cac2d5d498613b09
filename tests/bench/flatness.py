"""Whether pages and sweeps cost the same however much lies in the archive: two databases, asked in turn."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.utils import timezone

from accounts.models import User
from crisis.escalate import advance_due
from crisis.notify import deliver_due
from monitoring.ingest import ingest
from monitoring.models import Channel
from monitoring.readings import read_due
from plumbing.keyset import encode
from tests.bench.archive import POSTS, copy_back, make_first
from tests.bench.databases import copy_of, using
from tests.bench.figures import Act, Figure, growth, rounds_within
from tests.bench.posts import posts
from triage.inbox import OPEN_ORDER
from triage.models import Triage
from triage.suggest import suggest_new

SMALL, BIG = 10_000, int(os.environ.get("BIG") or 100_000)
AIM = 1.25
BUDGET = 3.0  # seconds for all rounds of one figure
SWEEPS = {
    "read_due()": read_due,
    "suggest_new()": suggest_new,
    "advance_due()": advance_due,
    "deliver_due()": deliver_due,
}


def measure() -> Iterator[Figure]:
    with ExitStack() as stack:
        small = stack.enter_context(copy_of(connections["default"], "small"))
        client = Client()
        with using(small):
            make_first()
            copy_back(1, SMALL // POSTS - 1)
            client.force_login(User.objects.get(username="maya"))
        big = stack.enter_context(copy_of(small, "big"))
        with using(big):
            copy_back(SMALL // POSTS, BIG // POSTS - 1)
        yield from compare(small, big, client)


def compare(small: BaseDatabaseWrapper, big: BaseDatabaseWrapper, client: Client) -> Iterator[Figure]:
    acts = {}
    for side in (small, big):
        with using(side):
            acts[side] = scenes(client)
    for name in acts[small]:
        ours, baseline = (partial(work, side, acts[side][name]) for side in (big, small))
        pairs = list(rounds_within(BUDGET, ours, baseline))
        blocks = touched(big, ours), touched(small, baseline)
        yield growth(f"{name} among {BIG:,}", f"the same among {SMALL:,}", pairs, AIM, blocks)


def work(side: BaseDatabaseWrapper, act: Act) -> float:
    """Seconds that this process and the database's spent on it; waiting for a processor is no part of them."""
    with using(side):
        side.ensure_connection()
        start = worked(side)
        act()
        return worked(side) - start


def worked(side: BaseDatabaseWrapper) -> float:
    """By the clock on the wall where the database's process cannot be seen."""
    backend = Path(f"/proc/{side.connection.info.backend_pid}")
    try:
        if b"postgres" not in (backend / "cmdline").read_bytes():
            return time.perf_counter()
        return time.process_time() + int((backend / "schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return time.perf_counter()


def touched(side: BaseDatabaseWrapper, act: Act) -> int:
    """Blocks of the database that the act's queries looked at; without any noise."""
    before = blocks_so_far(side)
    by_looking = blocks_so_far(side) - before
    act()
    return blocks_so_far(side) - before - 2 * by_looking


def blocks_so_far(side: BaseDatabaseWrapper) -> int:
    with side.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def scenes(client: Client) -> dict[str, Act]:
    """What people open and what runs every second, with the addresses of this database."""
    waiting = Triage.objects.filter(state=Triage.State.OPEN).order_by(*OPEN_ORDER)
    middle, newest = waiting[waiting.count() // 2], waiting.latest("pk")
    pages = {
        "inbox": "/inbox/",
        "inbox, half-way down": f"/inbox/?cursor={encode(middle, OPEN_ORDER)}",
        "inbox, one channel": "/inbox/?channel=forum",
        "inbox, one severity": f"/inbox/?severity={middle.severity}",
        "inbox, done": "/inbox/?view=done",
        "inbox, a search": "/inbox/?q=Anwalt",
        "one mention": f"/m/{newest.pk}/",
        "escalations": "/escalations/",
        "channel health": "/monitoring/",
        "mentions by API": "/api/v1/mentions/?state=open",
    }
    return {
        **{name: opening(client, address) for name, address in pages.items()},
        **{f"{name} when idle": sweep for name, sweep in SWEEPS.items()},
        "ingest() of 100 posts": ingest_in_vain,
    }


@transaction.atomic
def ingest_in_vain() -> None:
    """So that both archives keep their size."""
    now = timezone.now()
    ingest(Channel.objects.get(slug="forum"), posts(100, now, seed=1), delivery=None, now=now)
    transaction.set_rollback(True)


def opening(client: Client, address: str) -> Act:
    def act() -> None:
        response = client.get(address)
        assert response.status_code == 200, f"{address}: {response.status_code}"

    return act

"""Posts as programs hand them in: over HTTP to a running console, and as a file, against the raw insert of the same."""

import http.client
import json
from collections.abc import Iterator, Mapping
from functools import partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from accounts.tokens import issue_token
from monitoring.channels.protocol import IncomingMention
from monitoring.models import Mention
from tests.bench.figures import Figure, Pair, in_turn, seconds, speed
from tests.bench.intake import AIM, BASELINE, RawLoader
from tests.bench.posts import posts
from tests.browser.server import running_console
from tests.make import make_channel

SIZE, ROUNDS = 100, 40  # the first round warms up
FILE, FILES = 5_000, 4


def measure() -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        with running_console(Path(folder)) as address:
            yield by_api(address.removeprefix("http://"))
        yield by_file(Path(folder))


def by_api(host: str) -> Figure:
    channel, raw, now = make_channel(), RawLoader(), timezone.now()
    _row, token = issue_token(User.objects.get(username="maya"), "bench")
    pairs: list[Pair] = []
    connection = http.client.HTTPConnection(host)
    for turn in range(ROUNDS):
        items = posts(SIZE, now, seed=turn)
        body = json.dumps([as_json(channel.slug, item) for item in items]).encode()
        ours, baseline = partial(post, connection, token, body), partial(raw.store, items, now)
        pairs.append(in_turn(turn, partial(seconds, ours), partial(seconds, baseline)))
    connection.close()
    assert Mention.objects.filter(channel=channel).count() == SIZE * ROUNDS
    return speed(f"POST /api/v1/mentions/, batches of {SIZE}", BASELINE.format(SIZE), SIZE, pairs[1:], AIM)


def by_file(folder: Path) -> Figure:
    channel, raw, now = make_channel(), RawLoader(), timezone.now()
    pairs: list[Pair] = []
    for turn in range(FILES):
        items, path = posts(FILE, now, seed=1_000 + turn), folder / f"{turn}.jsonl"
        path.write_text("\n".join(json.dumps(as_json(channel.slug, item)) for item in items), encoding="utf-8")
        ours = partial(call_command, "ingest", str(path), channel=channel.slug, stdout=StringIO())
        pairs.append(in_turn(turn, partial(seconds, ours), partial(seconds, partial(raw.store_all, items, now))))
    return speed(f"manage.py ingest, {FILE:,} lines of JSON", BASELINE.format(SIZE), FILE, pairs[1:], AIM)


def post(connection: http.client.HTTPConnection, token: str, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/mentions/", body, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status


def as_json(channel: str, item: IncomingMention) -> Mapping[str, Any]:
    author = item.author
    assert author
    assert item.posted_at
    names = ("external_id", "text", "url", "language", "in_reply_to")
    return {name: getattr(item, name) for name in names} | {
        "channel": channel,
        "posted_at": item.posted_at.isoformat(),
        "engagement": dict(item.engagement),
        "author": {
            name: getattr(author, name)
            for name in ("external_id", "handle", "display_name", "followers", "verified", "url")
        },
    }

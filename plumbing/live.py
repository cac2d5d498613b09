"""Server-sent events that say "something changed" and nothing else: `{type, id, rev}`.

Clients fetch what they show through normal, authorised views. One connection per process listens on PostgreSQL; the
stream itself touches no ORM, so a hundred open tabs cost no database connection.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.core import signing
from django.db import connection

from plumbing.nudge import drain, own_connection

log = logging.getLogger(__name__)

CHANNEL = "live"
TOKEN_AGE = 60  # seconds a token is good to connect with
LIFETIME = 900.0  # seconds until a stream ends, so that its reader must fetch a token and still be allowed to
HEARTBEAT = 15.0  # seconds; also keeps proxies from closing an idle stream
PATIENCE = 5.0  # seconds a reader waits for the listening connection before it is told to come back
LOOK_EVERY = 5.0  # seconds between two looks at what nobody publishes
BACKLOG = 500  # events a slow reader may lag behind before it is cut off and catches up by polling
_signer = signing.TimestampSigner(salt="plumbing.live")


class Change(NamedTuple):
    """Object `id` of `kind` now has version `rev`.

    `of`: who does not hear this number does not hear of it. `to`: the user id of the only person who does.
    """

    kind: str
    id: int | str
    rev: int
    of: int | None = None
    to: int | None = None

    def as_event(self) -> dict[str, Any]:
        event = {"type": self.kind, "id": self.id, "rev": self.rev}
        narrowed = {"of": self.of, "to": self.to}
        return event | {name: number for name, number in narrowed.items() if number is not None}


def publish(kind: str, id: int | str, rev: int, of: int | None = None, to: int | None = None) -> None:
    """Tells every open console, on commit; with `of` those that hear this number, with `to` those of this person."""
    publish_all([Change(kind, id, rev, of, to)])


def publish_all(changes: Iterable[Change]) -> None:
    """`publish` for many, in one statement."""
    events = [json.dumps(one.as_event()) for one in changes]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, event) FROM unnest(%s::text[]) AS event", [CHANNEL, events])


def live_token(user_id: int) -> str:
    """A token to open the stream with, good for 60 s."""
    return _signer.sign(str(user_id))


def listener_of(token: str) -> int | None:
    """Whose token this is; None unless it is a fresh one of ours."""
    try:
        return int(_signer.unsign(token, max_age=TOKEN_AGE))
    except signing.BadSignature:
        return None


class Reader(NamedTuple):
    """Whose console it is, and the numbers (Change.of) that it hears; None for all."""

    user_id: int
    hears: Collection[int] | None

    def is_told(self, of: int | None, to: int | None) -> bool:
        return (of is None or self.hears is None or of in self.hears) and to in (None, self.user_id)


class LiveStream:
    """An ASGI application for `/live/`, with one listening database connection while anybody is connected.

    `looks`: kind → a function that is asked every few seconds meanwhile. When it returns something else than before,
    readers hear that object 0 of that kind has changed: for what stops, and so cannot publish that it has stopped.
    `heard_by`: user id → the numbers (Change.of) that this person hears, None for all; asked as they connect.
    """

    def __init__(
        self,
        looks: Mapping[str, Callable[[], object]] | None = None,
        heard_by: Callable[[int], Collection[int] | None] = lambda user_id: None,
    ) -> None:
        self.heard_by = heard_by
        self.readers: dict[asyncio.Queue[str], Reader] = {}
        self.listener: asyncio.Task | None = None
        self.is_listening = asyncio.Event()
        self.watcher: asyncio.Task | None = None
        self.looks = dict(looks or {})
        self.seen: dict[str, object] = {}

    async def __call__(self, scope, receive, send) -> None:
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        user_id = listener_of(token)
        if scope["method"] != "GET" or user_id is None:
            await respond(send, 403, b"This stream needs a fresh token.\n")
            return
        queue: asyncio.Queue[str] = asyncio.Queue(BACKLOG)
        self.readers[queue] = Reader(user_id, await sync_to_async(self.heard_by)(user_id))
        self.listen()
        try:
            await asyncio.wait_for(self.is_listening.wait(), PATIENCE)  # who is greeted misses nothing from then on
            await self.stream(queue, receive, send)
        except TimeoutError:
            await respond(send, 503, b"The database does not answer.\n")
        except asyncio.CancelledError:  # the server stops: readers reconnect to the next one
            return
        finally:
            self.readers.pop(queue, None)

    async def stream(self, queue, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
        gone = asyncio.create_task(disconnected(receive))
        await send_part(send, "retry: 2000\nevent: hello\ndata: {}\n\n")
        clock = asyncio.get_running_loop().time
        end = clock() + LIFETIME
        while not gone.done() and (rest := end - clock()) > 0:
            arrival = asyncio.create_task(queue.get())
            await asyncio.wait({arrival, gone}, timeout=min(HEARTBEAT, rest), return_when=asyncio.FIRST_COMPLETED)
            if gone.done() or queue not in self.readers:
                arrival.cancel()
                break
            if arrival.done():
                await send_part(send, f"data: {arrival.result()}\n\n")
            else:
                arrival.cancel()
                await send_part(send, ": still here\n\n")
        gone.cancel()
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def listen(self) -> None:
        if self.listener is None or self.listener.done():
            self.listener = asyncio.create_task(self.relay())
        if self.looks and (self.watcher is None or self.watcher.done()):
            self.watcher = asyncio.create_task(self.watch())

    async def watch(self) -> None:
        while self.readers:
            for kind, look in self.looks.items():
                with contextlib.suppress(Exception):  # the database is away: the relay says so, and readers poll
                    self.compare(kind, await sync_to_async(look)())
            await asyncio.sleep(LOOK_EVERY)

    def compare(self, kind: str, seen: object) -> None:
        if self.seen.setdefault(kind, seen) != seen:
            self.seen[kind] = seen
            self.hand_out(json.dumps({"type": kind, "id": 0, "rev": 0}))

    async def relay(self) -> None:
        """Hands every payload to every reader. After a lost connection readers are cut, reconnect and catch up."""
        while self.readers:
            try:
                raw = await sync_to_async(own_connection)(CHANNEL)
            except Exception as error:
                log.warning("live: %s; trying again", error)
                await asyncio.sleep(2)
                continue
            self.is_listening.set()
            try:
                await self.relay_from(raw)
            except Exception as error:
                log.warning("live: %s; readers reconnect", error)
                self.readers.clear()
            finally:
                self.is_listening.clear()
                raw.close()

    async def relay_from(self, raw) -> None:
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(raw.fileno(), readable.set)
        try:
            while self.readers:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(readable.wait(), HEARTBEAT)
                readable.clear()
                for payload in drain(raw):
                    self.hand_out(payload)
        finally:
            loop.remove_reader(raw.fileno())

    def hand_out(self, payload: str) -> None:
        """To whoever hears of it; `of` and `to` themselves are nobody's to know."""
        event = json.loads(payload)
        of, to = event.pop("of", None), event.pop("to", None)
        for queue, reader in list(self.readers.items()):
            if reader.is_told(of, to):
                self.put(queue, json.dumps(event))

    def put(self, queue: asyncio.Queue[str], event: str) -> None:
        try:
            queue.put_nowait(event)
        except asyncio.QueueFull:
            self.readers.pop(queue, None)

    async def lifespan(self, receive, send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                for task in filter(None, (self.listener, self.watcher)):
                    task.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return


STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def disconnected(receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_part(send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def respond(send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""The stream, driven as an ASGI application against the real database."""

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from asgiref.sync import sync_to_async
from django.core import signing

from plumbing import live
from plumbing.live import LiveStream, listener_of, live_token, publish

pytestmark = pytest.mark.django_db(transaction=True)


Told = TypeVar("Told")


class Reader:
    """One open tab."""

    def __init__(self, stream: LiveStream, token: str) -> None:
        self.inbox: asyncio.Queue[dict] = asyncio.Queue()
        self.gone = asyncio.Event()
        scope = {"type": "http", "method": "GET", "path": "/live/", "query_string": f"token={token}".encode()}
        self.task = asyncio.create_task(stream(scope, self.receive, self.inbox.put))

    async def receive(self) -> dict:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> dict:
        return await asyncio.wait_for(self.inbox.get(), 5)

    async def event(self) -> dict:
        return json.loads((await self.next())["body"].removeprefix(b"data: "))

    async def leave(self) -> None:
        self.gone.set()
        await asyncio.wait_for(self.task, 5)


def play(scene: Coroutine[object, object, Told]) -> Told:
    """What the scene returns, on a loop of its own: this thread may have one already, a browser's."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, scene).result()


async def connected(stream: LiveStream, user_id: int = 7) -> Reader:
    reader = Reader(stream, live_token(user_id))
    assert (await reader.next())["status"] == 200
    assert b"event: hello" in (await reader.next())["body"]
    return reader


async def listening(stream: LiveStream) -> None:
    """Waits until the process's one connection hears, by ringing until something arrives."""
    probe = await connected(stream)
    for _attempt in range(100):
        await sync_to_async(publish)("probe", 0, 0)
        try:
            await asyncio.wait_for(probe.inbox.get(), 0.05)
            break
        except TimeoutError:
            continue
    await probe.leave()


def test_every_open_tab_hears_what_changed():
    async def scene():
        stream = LiveStream()
        first, second = await connected(stream), await connected(stream)
        await listening(stream)
        await sync_to_async(publish)("mention", 42, 3)
        heard = [await until(reader, "mention") for reader in (first, second)]
        await first.leave()
        await second.leave()
        return heard, len(stream.readers)

    heard, left = play(scene())
    assert heard == [{"type": "mention", "id": 42, "rev": 3}] * 2
    assert left == 0


def test_whoever_hears_some_numbers_hears_of_nothing_else():
    async def scene():
        stream = LiveStream(heard_by={7: (3,), 8: None}.get)
        limited, central = await connected(stream), await connected(stream, 8)
        await listening(stream)
        for mention, channel in ((41, 4), (42, 3), (43, None)):
            await sync_to_async(publish)("mention", mention, 1, of=channel)
        heard = [(await until(limited, "mention"))["id"] for _event in range(2)]
        told = [await until(central, "mention") for _event in range(3)]
        await limited.leave()
        await central.leave()
        return heard, told

    heard, told = play(scene())
    assert heard == [42, 43]
    assert told == [{"type": "mention", "id": number, "rev": 1} for number in (41, 42, 43)]


async def until(reader: Reader, kind: str) -> dict:
    while (event := await reader.event())["type"] != kind:
        pass
    return event


def test_what_is_for_one_person_reaches_no_other():
    async def scene():
        stream = LiveStream(heard_by={7: (3,), 8: None}.get)
        readers = [await connected(stream, person) for person in (7, 8)]
        await listening(stream)
        for person in (7, 8):
            await sync_to_async(publish)("bell", person, 0, to=person)
        await sync_to_async(publish)("bell", 0, 0)  # for all, to see that nothing is still under way
        heard = [[await until(reader, "bell"), await until(reader, "bell")] for reader in readers]
        for reader in readers:
            await reader.leave()
        return heard

    assert play(scene()) == [[{"type": "bell", "id": number, "rev": 0} for number in (person, 0)] for person in (7, 8)]


def test_a_stream_ends_in_time_so_that_its_reader_needs_a_new_token(monkeypatch):
    monkeypatch.setattr(live, "LIFETIME", 0.0)

    async def scene():
        stream = LiveStream()
        reader = await connected(stream)
        last = await reader.next()
        await asyncio.wait_for(reader.task, 5)
        return last["more_body"], len(stream.readers)

    assert play(scene()) == (False, 0)


@pytest.mark.parametrize("token", ["", "7", "7:forged:signature"])
def test_nobody_listens_without_a_token(token):
    async def scene():
        reader = Reader(LiveStream(), token)
        return await reader.next()

    assert play(scene())["status"] == 403


def test_a_token_is_good_for_a_minute(monkeypatch):
    token = live_token(7)
    assert listener_of(token) == 7

    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 61)
    assert listener_of(token) is None


def test_what_stops_cannot_say_so_and_is_looked_at(monkeypatch):
    monkeypatch.setattr(live, "LOOK_EVERY", 0.02)
    states = ["well"]

    async def scene() -> dict:
        stream = LiveStream({"engine": lambda: states[0]})
        reader = await connected(stream)
        while not stream.seen:
            await asyncio.sleep(0.01)
        states[0] = "late"
        event = await reader.event()
        await reader.leave()
        return event

    assert play(scene()) == {"type": "engine", "id": 0, "rev": 0}

"""Requests to a running console, byte by byte, and what they cost its process."""

import http.client
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil

from monitoring.models import Mention, RawDelivery

MEGABYTE = 2**20
MOST_SECONDS = 1.0  # of the processor: waiting for one is no part of it
MOST_MEMORY = 100 * MEGABYTE
PROBLEM = "application/problem+json"
HUNG_UP = 0


@dataclass(frozen=True)
class Answer:
    status: int
    kind: str
    body: Any  # read where it is JSON, else bytes
    seconds: float
    memory: int  # bytes by which the process has grown


class Attacker:
    def __init__(self, address: str, token: str, process: psutil.Process) -> None:
        self.host = address.removeprefix("http://")
        self.token = token
        self.process = process

    def send(
        self,
        body: bytes | Iterable[bytes] = b"",
        path: str = "/api/v1/mentions/",
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        given = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | dict(headers or {})
        before = self._spent(), self.process.memory_info().rss
        status, kind, content = self._exchange(method, path, body, given)
        seconds, memory = self._spent() - before[0], self.process.memory_info().rss - before[1]
        return Answer(status, kind, json.loads(content) if "json" in kind else content, seconds, memory)

    def _exchange(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            with suppress(BrokenPipeError):  # it may have answered before the end
                connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Content-Type", ""), answer.read()
        except ConnectionError:
            return HUNG_UP, "", b""
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """The first bytes of the answer to a request that no client would write."""
        connection = http.client.HTTPConnection(self.host, timeout=10)
        try:
            connection.connect()
            connection.sock.sendall(request)
            return connection.sock.recv(64)
        except ConnectionError:
            return b""
        finally:
            connection.close()

    def _spent(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


def cheap(answer: Answer) -> bool:
    """Within a second of the processor and 100 MB."""
    return answer.seconds < MOST_SECONDS and answer.memory < MOST_MEMORY


def nothing_stored() -> bool:
    return not Mention.objects.exists() and not RawDelivery.objects.filter(created__gt=0).exists()


def endless(piece: bytes, megabytes: int) -> Iterator[bytes]:
    block = piece * (MEGABYTE // len(piece))
    for _each in range(megabytes):
        yield block


def is_told(answer: Answer, field: str) -> bool:
    """Whether the one rejected mention's field is named, with a reason."""
    (result,) = answer.body["results"]
    return result["status"] == "rejected" and any(e["field"] == field and e["reason"] for e in result["errors"])

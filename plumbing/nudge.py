"""Wakes the next stage by name: a NOTIFY that arrives only if the transaction commits."""

import select
from collections.abc import Iterator
from threading import Event

import psycopg2.extensions
from django.db import connection

DOORBELL = "nudge"


def nudge(name: str) -> None:
    """Rings for stage `name` when the surrounding transaction commits; equal rings of one transaction are one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [DOORBELL, name])


def listen(stopping: Event, patience: float = 1.0) -> Iterator[set[str]]:
    """Yields the sets of names that rang together, until `stopping` is set; raises when the database goes away."""
    raw = own_connection(DOORBELL)
    try:
        while not stopping.is_set():
            names = wait_for(raw, patience)
            if names:
                yield set(names)
    finally:
        raw.close()


def own_connection(channel: str):
    """A psycopg2 connection of its own that listens on `channel`, with keepalives to notice a dead server."""
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    raw = psycopg2.connect(**parameters, keepalives_idle=10, keepalives_interval=5, keepalives_count=3)
    raw.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
    with raw.cursor() as cursor:
        cursor.execute(f'LISTEN "{channel}"')
    return raw


def wait_for(raw, patience: float) -> list[str]:
    """The payloads that arrived on `raw` within `patience` seconds."""
    if not select.select([raw], [], [], patience)[0]:
        return []
    return drain(raw)


def drain(raw) -> list[str]:
    raw.poll()
    payloads = [notification.payload for notification in raw.notifies]
    raw.notifies.clear()
    return payloads

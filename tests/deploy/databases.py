"""Databases beside the one of the test run, on the same server, and PostgreSQL's own programs on them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2
from django.db import connection

from config.local.postgres_binaries import find_binaries


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """Yields the address of a new database; it is gone afterwards, whoever still uses it."""
    on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    try:
        yield address_of(name)
    finally:
        on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def address_of(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def on_server(*statements: str) -> None:
    """Each on its own: PostgreSQL makes and drops databases outside of transactions only."""
    server = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        server.autocommit = True
        with server.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        server.close()


def run(program: str, *arguments: str) -> bytes:
    """What one of PostgreSQL's programs says, as pg_dump; fails with its last words."""
    ended = subprocess.run([find_binaries()[program], *arguments], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode(errors="replace")
    return ended.stdout


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """The default connection of this process leads into the database `name`."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before

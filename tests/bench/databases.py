"""Databases of the bench's own, on whatever server the settings name, dropped in the end."""

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.make import make_topic, make_user


@contextmanager
def own_database() -> Iterator[None]:
    """A new database with the starter playbooks, and four people in their duties."""
    name = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_{name}"
    with redirect_stdout(StringIO()):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        call_command("load_starter")
    try:
        load_people()
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def load_people() -> None:
    make_topic("Brauhell", slug="brauhell", handles=["brauhell"])
    make_user("maya", groups=("community_manager",), roles=("community_manager", "social_lead"))
    make_user("pedro", groups=("pr_lead",), roles=("pr_lead", "executive"))
    make_user("lea", groups=("duty",), roles=("legal", "privacy_officer"))
    make_user("ada", groups=("admin",), roles=("security", "owner"))


@contextmanager
def copy_of(source: BaseDatabaseWrapper, suffix: str) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a database that begins as a copy of another one."""
    copy = source.copy()
    template = source.settings_dict["NAME"]
    name = copy.settings_dict["NAME"] = f"{template}_{suffix}"
    source.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield copy
    finally:
        copy.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


@contextmanager
def using(chosen: BaseDatabaseWrapper) -> Iterator[None]:
    """Everything within runs on this connection."""
    usual = connections["default"]
    connections["default"] = chosen
    try:
        yield
    finally:
        connections["default"] = usual

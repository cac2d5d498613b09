"""Lets tests that commit empty the tables afterwards, although published playbooks refuse to be truncated."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

VERSIONS = "playbooks_playbookversion"
LET_GO = f"ALTER TABLE {VERSIONS} DISABLE TRIGGER playbooks_version_stays;"
HOLD_FAST = f"ALTER TABLE {VERSIONS} ENABLE TRIGGER playbooks_version_stays;"


@pytest.fixture(autouse=True, scope="session")
def tables_can_be_emptied() -> Iterator[None]:
    plain = DatabaseOperations.sql_flush

    def sql_flush(operations: DatabaseOperations, style: Any, tables: list[str], **options: Any) -> list[str]:
        statements = plain(operations, style, tables, **options)
        return [LET_GO, *statements, HOLD_FAST] if VERSIONS in tables else statements

    DatabaseOperations.sql_flush = sql_flush
    yield
    DatabaseOperations.sql_flush = plain

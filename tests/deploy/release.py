"""What a release leaves behind: its tables with a company's work in them, as SQL that any PostgreSQL from 15 reads."""

import re
from collections import Counter
from pathlib import Path

import psycopg2

FOLDER = Path(__file__).with_name("releases")
KEY = "cmVsZWFzZXMgYXJlIHJlYWQgd2l0aCB0aGlzIGtleS4="  # of the encrypted columns in the dumps, which hold no secret
INTO = re.compile(r"^INSERT INTO public\.(\w+) VALUES", re.MULTILINE)


def releases() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.sql"))


def dump_of(version: str) -> str:
    return (FOLDER / f"{version}.sql").read_text()


def restore(version: str, address: str) -> None:
    """Makes the tables and rows of a release in an empty database."""
    database = psycopg2.connect(address)
    with database, database.cursor() as cursor:
        cursor.execute(dump_of(version))
    database.close()


def rows_of(version: str) -> Counter[str]:
    """Table → how many rows the release had in it."""
    return Counter(INTO.findall(dump_of(version)))

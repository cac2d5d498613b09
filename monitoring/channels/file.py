"""JSONL and CSV files, read row by row: mentions, and what is wrong with the rows that are none.

Memory stays flat whatever the file's size. A row that cannot be used is handed back with its reason, never dropped.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, BinaryIO

from django.utils.translation import gettext_noop as _

from monitoring.channels.protocol import ChannelError, IncomingMention
from monitoring.channels.validate import Problem, parse_mention

FORMATS = ("jsonl", "csv")
LONGEST_LINE = 1_000_000  # characters; twenty times the longest text
SNIFFED = 64 * 1024
DELIMITERS = ",;\t|"
_PLAIN = "external_id text posted_at url language kind revision visibility deleted in_reply_to conversation channel"
PLAIN_FIELDS = frozenset(_PLAIN.split())
NESTED_FIELDS = frozenset(
    [f"author.{name}" for name in ("external_id", "handle", "display_name", "followers", "verified", "url")]
    + [f"engagement.{name}" for name in ("likes", "shares", "replies", "views")]
)
FIELDS = PLAIN_FIELDS | NESTED_FIELDS
NUMBERS = frozenset(name for name in FIELDS if name.startswith("engagement.") or name == "author.followers")
YES_OR_NO = frozenset(("deleted", "author.verified"))
SPOKEN = {"true": True, "yes": True, "1": True, "ja": True, "false": False, "no": False, "0": False, "nein": False}

NOT_JSON = _("This line is not a JSON object.")
NOT_A_ROW = _("This row cannot be read.")
TOO_LONG = _("This line is too long.")
OTHER_CHANNEL = _("This row belongs to another channel.")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is no mention: its number in the file (the first row of data is 1), what is wrong, and the row."""

    row: int
    problems: tuple[Problem, ...]
    raw: Any


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    mention: IncomingMention


def read_rows(stream: BinaryIO, file_format: str, columns: Mapping[str, str], channel: str) -> Iterator[Row | Rejected]:
    """The rows of a file. `columns` maps the file's names to FIELDS; what has a field's name needs no mapping.

    A row without an id gets one from its URL; one that names another channel is rejected. Raises ChannelError, before
    the first row is asked for, when the file as a whole cannot be read.
    """
    unknown = sorted(set(columns.values()) - FIELDS)
    if unknown:
        raise ChannelError(_("There is no such field."), permanent=True, detail=", ".join(unknown))
    text = _as_text(stream)
    rows = _csv_rows(text, columns) if file_format == "csv" else _json_rows(text)
    return _looked_at(rows, columns, channel)


def _looked_at(
    rows: "Iterator[dict[str, Any] | _Unreadable]", columns: Mapping[str, str], channel: str
) -> Iterator[Row | Rejected]:
    for number, row in enumerate(rows, 1):
        if isinstance(row, _Unreadable):
            yield Rejected(number, (Problem("", row.reason),), row.raw)
            continue
        yield _as_mention(number, row, _renamed(row, columns), channel)


def _as_mention(number: int, raw: dict[str, Any], data: dict[str, Any], channel: str) -> Row | Rejected:
    named = data.pop("channel", None)
    if named not in (None, "", channel):
        return Rejected(number, (Problem("channel", OTHER_CHANNEL),), raw)
    if not data.get("external_id") and isinstance(data.get("url"), str) and data["url"]:
        data["external_id"] = "url:" + sha256(data["url"].encode("utf-8", "replace")).hexdigest()
    mention = parse_mention(data)
    if isinstance(mention, IncomingMention):
        return Row(number, replace(mention, raw=raw))
    return Rejected(number, tuple(mention), raw)


@dataclass(frozen=True, slots=True)
class _Unreadable:
    reason: str
    raw: str


def _as_text(stream: BinaryIO) -> io.TextIOWrapper:
    """The file as text. What is no text in its encoding survives as half characters, which no field accepts."""
    start = stream.read(SNIFFED)
    stream.seek(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in start[:2]:
        encoding = "utf-16-be" if start[:1] == b"\x00" else "utf-16-le"
    else:
        encoding = "utf-8-sig"
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    return io.TextIOWrapper(stream, encoding, errors, newline="")


def _json_rows(text: io.TextIOWrapper) -> Iterator[dict[str, Any] | _Unreadable]:
    while line := text.readline(LONGEST_LINE):
        if len(line) >= LONGEST_LINE and not line.endswith("\n"):
            _skip_line(text)
            yield _Unreadable(TOO_LONG, line[:200])
            continue
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        yield row if isinstance(row, dict) else _Unreadable(NOT_JSON, line[:2_000])


def _skip_line(text: io.TextIOWrapper) -> None:
    while rest := text.readline(LONGEST_LINE):
        if rest.endswith("\n"):
            return


def _csv_rows(text: io.TextIOWrapper, columns: Mapping[str, str]) -> Iterator[dict[str, Any] | _Unreadable]:
    csv.field_size_limit(LONGEST_LINE)
    header_line = text.readline(LONGEST_LINE)
    delimiter = max(DELIMITERS, key=header_line.count)
    names = next(csv.reader([header_line], delimiter=delimiter), [])
    missing = sorted(set(columns) - set(names))
    if missing:
        raise ChannelError(_("The file has no such column."), permanent=True, detail=", ".join(missing))
    reader = csv.reader(iter(lambda: text.readline(LONGEST_LINE), ""), delimiter=delimiter)
    return _csv_cells(reader, names)


def _csv_cells(reader: Iterator[list[str]], names: list[str]) -> Iterator[dict[str, Any] | _Unreadable]:
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _Unreadable(NOT_A_ROW, str(error))
            continue
        if cells:
            yield dict(zip(names, cells, strict=False)) if len(cells) == len(names) else _uneven(cells, len(names))


def _uneven(cells: list[str], expected: int) -> _Unreadable:
    return _Unreadable(NOT_A_ROW, f"{len(cells)} of {expected} columns: {' | '.join(cells)[:2_000]}")


def _renamed(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """The row under the contract's names, `author.handle` inside `author`; columns that nobody asked for are left."""
    data: dict[str, Any] = {}
    for name, value in row.items():
        field = columns.get(name, name)
        if not isinstance(value, str):  # JSON has its types and its nesting
            data[field] = value
        elif field in FIELDS and value.strip():
            outer, _dot, inner = field.partition(".")
            typed = _typed(field, value)
            nested = data.setdefault(outer, {}) if inner else data
            if isinstance(nested, dict):
                nested[inner or outer] = typed
    return data


def _typed(field: str, value: str) -> Any:
    """Cells know only text; what is no number stays text and is refused as such."""
    plain = value.strip()
    if field in NUMBERS:
        try:
            return int(float(plain)) if plain.replace(".", "", 1).isdecimal() else value
        except (ValueError, OverflowError):
            return value
    if field in YES_OR_NO:
        return SPOKEN.get(plain.casefold(), value)
    return value if field == "text" else plain

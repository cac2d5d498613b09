"""Pages by position instead of by number: each page costs the same, however far down it lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import models
from django.db.models.expressions import Func, Value

_signer = signing.Signer(salt="plumbing.keyset")


class BadCursor(ValueError):
    """The cursor was not made by us."""


class RowAfter(Func):
    """`(a, b, c) > (x, y, z)`, which PostgreSQL answers with one index range scan."""

    output_field = models.BooleanField()
    operator = ">"

    def __init__(self, fields: Sequence[str], values: Sequence[Any], *, descending: bool = False, **extra):
        self.width = len(fields)
        self.operator = "<" if descending else ">"
        super().__init__(*[models.F(name) for name in fields], *[Value(value) for value in values], **extra)

    def as_sql(self, compiler, connection, function=None, template=None, arg_joiner=None, **extra_context):
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        columns = ", ".join(sql for sql, _ in parts[: self.width])
        values = ", ".join(sql for sql, _ in parts[self.width :])
        return f"({columns}) {self.operator} ({values})", [param for _, params in parts for param in params]


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """`rows` in order, and the cursor of the next page (None on the last one)."""

    rows: list[Any]
    next_cursor: str | None


def page(
    queryset: models.QuerySet,
    fields: Sequence[str],
    cursor: str | None,
    size: int,
    *,
    descending: bool = False,
) -> KeysetPage:
    """The `size` rows after `cursor`, ordered by `fields` (all in one direction, the last one unique)."""
    order = [f"-{name}" if descending else name for name in fields]
    queryset = queryset.order_by(*order)
    if cursor:
        values = decode(cursor, queryset.model, fields)
        queryset = queryset.filter(RowAfter(fields, values, descending=descending))
    rows = list(queryset[: size + 1])
    next_cursor = encode(rows[size - 1], fields) if len(rows) > size else None
    return KeysetPage(rows[:size], next_cursor)


def encode(row: models.Model, fields: Sequence[str]) -> str:
    return _signer.sign_object([v.isoformat() if hasattr(v, "isoformat") else v for v in values_of(row, fields)])


def decode(cursor: str, model: type[models.Model], fields: Sequence[str]) -> list[Any]:
    try:
        values = _signer.unsign_object(cursor)
    except (signing.BadSignature, ValueError) as error:
        raise BadCursor("The cursor is not one of ours.") from error
    if not isinstance(values, list) or len(values) != len(fields):
        raise BadCursor("The cursor belongs to another list.")
    return [field_of(model, name).to_python(value) for name, value in zip(fields, values, strict=True)]


def values_of(row: models.Model, fields: Sequence[str]) -> list[Any]:
    values = []
    for name in fields:
        value: Any = row
        for part in name.split("__"):
            value = getattr(value, part)
        values.append(value)
    return values


def field_of(model: type[models.Model], name: str) -> models.Field:
    *relations, last = name.split("__")
    for relation in relations:
        related = model._meta.get_field(relation).related_model
        assert isinstance(related, type)
        model = related
    field = model._meta.get_field(last)
    assert isinstance(field, models.Field)
    return field

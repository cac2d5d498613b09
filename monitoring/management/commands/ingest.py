"""`manage.py ingest FILE --channel SLUG`: imports a JSONL or CSV file, once however often it is repeated."""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Unit
from monitoring.channels.file import FORMATS, Rejected, Row, read_rows
from monitoring.channels.protocol import ChannelError
from monitoring.channels.validate import Problem, storable
from monitoring.deliveries import take_in
from monitoring.ingest import Status
from monitoring.models import Channel

AT_ONCE = 500
MOST_BYTES_AT_ONCE = 2 * 1024 * 1024
BAR = 30


class Command(BaseCommand):
    help = "Imports mentions from a JSONL or CSV file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--channel", required=True, metavar="SLUG")
        parser.add_argument(
            "--create-channel", metavar="NAME", help="make a file channel of this name if there is none"
        )
        parser.add_argument("--unit", metavar="SLUG", help="whose the channel is that is made; else the central team's")
        parser.add_argument("--format", choices=FORMATS, help="else told from the file's name")
        parser.add_argument("--map", nargs="+", action="extend", default=[], metavar="COLUMN=FIELD")
        parser.add_argument("--rejected", type=Path, metavar="PATH", help="where rejected rows go, with their reasons")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        file_format = options["format"] or ("csv" if path.suffix.lower() in (".csv", ".tsv") else "jsonl")
        columns = dict(column_and_field(pair) for pair in options["map"])
        rejects = Rejects()
        try:
            with path.open("rb") as stream:
                rows = read_rows(stream, file_format, columns, options["channel"])
                rejects.prepare(options["rejected"], path.stem)
                channel = find_channel(options["channel"], options["create_channel"], options["unit"])
                counts = import_rows(channel, rows, rejects, Progress(stream, path.stat().st_size))
        except (OSError, ChannelError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        finally:
            rejects.close()
        self.stdout.write(", ".join(f"{status.value} {counts[status]:,}" for status in Status))
        if counts[Status.REJECTED]:
            self.stdout.write(f"Rejected rows and their reasons: {rejects.path}")


def column_and_field(pair: str) -> tuple[str, str]:
    column, equals, field = pair.rpartition("=")
    if not (column and equals and field):
        raise CommandError(f"--map takes COLUMN=FIELD, not {pair!r}.")
    return column, field


def find_channel(slug: str, name: str | None, unit: str | None = None) -> Channel:
    """The channel; where there is none, a file channel of this `name` in the unit of this short name."""
    channel = Channel.objects.filter(slug=slug).select_related("unit").first()
    if channel:
        if unit and (channel.unit is None or channel.unit.slug != unit):
            raise CommandError(f"The channel {slug!r} exists already, and not in the unit {unit!r}.")
        return channel
    if not name:
        raise CommandError(f"There is no channel {slug!r}; --create-channel NAME makes one.")
    fields = {"name": name, "kind": "file", "unit": find_unit(unit) if unit else None}
    try:
        Channel(slug=slug, **fields).full_clean()
    except ValidationError as error:
        faults = "; ".join(f"{field}: {' '.join(reasons)}" for field, reasons in error.message_dict.items())
        raise CommandError(f"The channel cannot be made. {faults}") from error
    return Channel.objects.get_or_create(slug=slug, defaults=fields)[0]


def find_unit(slug: str) -> Unit:
    unit = Unit.objects.filter(slug=slug).first()
    if unit is None:
        known = ", ".join(Unit.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no unit {slug!r}; there are: {known}.")
    return unit


def import_rows(
    channel: Channel, rows: Iterator[Row | Rejected], rejects: "Rejects", progress: "Progress"
) -> Counter[Status]:
    """Chunk by chunk, each of them a delivery of its own: a broken import loses at most one, and is just repeated."""
    counts: Counter[Status] = Counter()
    for chunk in in_chunks(rows, progress.stream):
        raw = [row.mention.raw if isinstance(row, Row) else row.raw for row in chunk]
        results = take_in(
            channel, "file", raw, [row.mention if isinstance(row, Row) else row.problems for row in chunk]
        )
        for row, result in zip(chunk, results, strict=True):
            counts[result.status] += 1
            if result.status is Status.REJECTED:
                rejects.add(row, result.errors)
        progress.show(counts.total())
    progress.end()
    return counts


def in_chunks(rows: Iterable[Any], stream: BinaryIO) -> Iterator[list[Any]]:
    """AT_ONCE rows each, or fewer where they are long: long rows are kept in memory until their chunk is stored."""
    chunk: list[Any] = []
    begun = stream.tell()
    for row in rows:
        chunk.append(row)
        if len(chunk) == AT_ONCE or stream.tell() - begun >= MOST_BYTES_AT_ONCE:
            yield chunk
            chunk, begun = [], stream.tell()
    if chunk:
        yield chunk


class Rejects:
    """The file of rejected rows: tried before anything is stored, filled with the first row, gone without one."""

    def __init__(self) -> None:
        self.path = Path()
        self._file: Any = None
        self._is_ours = False

    def prepare(self, wanted: Path | None, stem: str) -> None:
        """Makes sure that rows can be written to `wanted`, else to a new file of this run. Raises CommandError."""
        folder = wanted.parent if wanted else settings.VAR_DIR / "rejected"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._is_ours = not (wanted and wanted.exists())
            self.path = wanted or new_file(folder, stem)
            self.path.open("a").close()
        except OSError as error:
            self._is_ours = False
            raise CommandError(f"Rejected rows cannot be written; --rejected PATH says where to: {error}") from error

    def add(self, row: Row | Rejected, errors: tuple[Problem, ...]) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8")
        number, raw = (row.number, row.mention.raw) if isinstance(row, Row) else (row.row, row.raw)
        reasons = [{"field": problem.field, "reason": problem.reason} for problem in errors]
        line = {"row": number, "errors": reasons, "data": storable(raw)}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def close(self) -> None:
        if self._file:
            self._file.close()
        elif self._is_ours:
            self.path.unlink()


def new_file(folder: Path, stem: str) -> Path:
    """A name of its own, even for two imports in one second."""
    with tempfile.NamedTemporaryFile(
        prefix=f"{stem}-{timezone.now():%Y%m%d-%H%M%S}-", suffix=".jsonl", dir=folder, delete=False
    ) as made:
        return Path(made.name)


class Progress:
    """A bar on the terminal, and silence everywhere else."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.stream = stream
        self._size = max(size, 1)
        self._shown = sys.stderr.isatty()

    def show(self, rows: int) -> None:
        if self._shown:
            share = min(self.stream.tell() / self._size, 1.0)
            filled = round(share * BAR)
            sys.stderr.write(f"\r[{'█' * filled}{'·' * (BAR - filled)}] {share:4.0%} {rows:,} rows")
            sys.stderr.flush()

    def end(self) -> None:
        if self._shown:
            sys.stderr.write("\n")

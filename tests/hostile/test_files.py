"""Files that attack whoever imports them: refused row by row, in little memory, and what is good in them comes in."""

import json
import os
import subprocess
import sys
import tracemalloc
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from monitoring.models import Channel, Mention, RawDelivery
from tests.hostile.attack import MEGABYTE, MOST_MEMORY
from tests.make import make_channel

GIGABYTE = 1024 * MEGABYTE
MORE_THAN_ALLOWED = 2 * MOST_MEMORY
GOOD = {"external_id": "good", "text": "Hi there", "posted_at": "2026-11-20T08:15:00Z"}
LONG_LINES = 64
HEAD = b"external_id,text,posted_at\n"
ROW = b"good,Hi there,2026-11-20T08:15:00Z\n"
READ = """
import resource, sys
import django; django.setup()
from monitoring.channels.file import Row, read_rows

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts kilobytes

before, good, bad = peak(), 0, set()
with open(sys.argv[1], "rb") as stream:
    for row in read_rows(stream, sys.argv[2], {}, "import"):
        if isinstance(row, Row):
            good += 1
        else:
            bad |= {problem.reason for problem in row.problems}
print(good, peak() - before, *sorted(bad), sep="\\n")
"""


def with_a_hole(path: Path, size: int, before: bytes, after: bytes) -> Path:
    """A file whose middle takes no disk: NUL bytes without an end of line."""
    with path.open("wb") as file:
        file.write(before)
        file.seek(size, os.SEEK_CUR)
        file.write(after)
    return path


@pytest.mark.parametrize(
    ("file_format", "size", "before", "after"),
    [
        ("jsonl", GIGABYTE, b'{"text": "', b'"}\n' + json.dumps(GOOD).encode() + b"\n"),
        ("csv", MORE_THAN_ALLOWED, HEAD + b"1,", b"\n" + ROW),
        ("csv", MORE_THAN_ALLOWED, HEAD + b'1,"', b'"\n' + ROW),  # within quotes an end of line is no end
    ],
    ids=["json", "csv", "quoted"],
)
def test_a_line_of_a_gigabyte_takes_little_memory_and_the_next_is_read(tmp_path, file_format, size, before, after):
    path = with_a_hole(tmp_path / "posts", size, before, after)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", READ, str(path), file_format]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    good, grown, *reasons = done.stdout.splitlines()
    assert int(good) == 1
    assert int(grown) < MOST_MEMORY
    assert reasons
    assert set(reasons) <= {"This line is too long.", "This row cannot be read."}


@pytest.mark.django_db
def test_many_long_lines_are_not_kept_together(tmp_path):
    path = tmp_path / "posts.jsonl"
    make_channel("import", kind="file")
    with path.open("w") as file:
        for number in range(LONG_LINES):
            file.write(json.dumps(GOOD | {"external_id": str(number), "text": "x" * 900_000}) + "\n")
        file.write(json.dumps(GOOD))
    said = StringIO()
    tracemalloc.start()
    try:
        call_command("ingest", str(path), "--channel", "import", "--rejected", str(tmp_path / "r.jsonl"), stdout=said)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY / 2 < path.stat().st_size, f"{peak:,} bytes"
    assert f"created 1, updated 0, duplicate 0, deleted 0, rejected {LONG_LINES}" in said.getvalue()
    refused = json.loads((tmp_path / "r.jsonl").open().readline())
    assert [error["field"] for error in refused["errors"]] == ["text"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        (HEAD + ROW, ["--map", "Snippet=text"], "no such column. Snippet"),
        (HEAD + ROW, ["--map", "text=snippet"], "no such field. snippet"),
        (b"\x00" * 1_000, ["--map", "Snippet=text"], "no such column. Snippet"),
    ],
)
def test_a_file_with_a_wrong_column_is_refused_by_its_name_and_leaves_nothing(tmp_path, content, options, reason):
    path = tmp_path / "posts.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("ingest", str(path), "--channel", "new", "--create-channel", "New", *options)
    column = reason.split()[-1]
    assert column in str(refused.value)
    assert reason.split(".")[0] in str(refused.value)
    assert not [model for model in (Channel, Mention, RawDelivery) if model.objects.exists()]


@pytest.mark.django_db
def test_a_csv_without_the_columns_of_a_mention_says_for_each_row_which_are_missing(tmp_path):
    path, rejected = tmp_path / "posts.csv", tmp_path / "rejected.jsonl"
    make_channel("import", kind="file")
    path.write_bytes(b"id;snippet;when\n1;Hi;2026-11-20T08:15:00Z\n")
    call_command("ingest", str(path), "--channel", "import", "--rejected", str(rejected), stdout=StringIO())
    errors = json.loads(rejected.read_text())["errors"]
    assert {error["field"] for error in errors} == {"external_id", "text", "posted_at"}
    assert all(error["reason"] for error in errors)
    assert not Mention.objects.exists()

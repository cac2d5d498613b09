import io
import json
import os
import tracemalloc
from pathlib import Path

import pytest

from monitoring.channels.file import Rejected, Row, read_rows
from monitoring.channels.protocol import ChannelError


def rows(content: bytes | str, file_format: str = "jsonl", columns: dict | None = None, channel: str = "main") -> list:
    raw = content.encode() if isinstance(content, str) else content
    return list(read_rows(io.BytesIO(raw), file_format, columns or {}, channel))


def line(**changes) -> str:
    mention = {"external_id": "1", "text": "Hi", "posted_at": "2026-11-20T08:15:00Z"} | changes
    return json.dumps({key: value for key, value in mention.items() if value is not ...})


def reasons(row: Rejected) -> list[str]:
    return [problem.field for problem in row.problems]


def test_jsonl_gives_mentions_and_says_which_rows_are_none():
    found = rows(
        "\n".join([line(), "", "not json", "[1]", line(text=...), line(channel="other"), line(channel="main")])
    )
    assert [(type(row).__name__, getattr(row, "row", getattr(row, "number", 0))) for row in found] == [
        ("Row", 1),
        ("Rejected", 2),
        ("Rejected", 3),
        ("Rejected", 4),
        ("Rejected", 5),
        ("Row", 6),
    ]
    assert reasons(found[3]) == ["text"]
    assert reasons(found[4]) == ["channel"]


def test_a_deep_line_is_rejected_and_the_next_is_read():
    found = rows("\n".join([line(unused=json.loads("[" * 500 + "]" * 500)), "[" * 100_000, line()]))
    assert [type(row).__name__ for row in found] == ["Rejected", "Rejected", "Row"]


def test_a_row_without_an_id_is_known_by_its_url():
    twice = line(external_id=..., url="https://example.com/a")
    first, second = rows(f"{twice}\n{twice}")
    assert first.mention.external_id == second.mention.external_id
    assert first.mention.external_id.startswith("url:")
    assert reasons(rows(line(external_id=...))[0]) == ["external_id"]


def test_csv_columns_are_mapped_to_fields():
    content = 'id,when,who,fans,body,url\n7,2015-02-21 10:00:00 -0800,lena,412,"Hello,\nworld",\n'
    columns = {
        "id": "external_id",
        "when": "posted_at",
        "who": "author.handle",
        "fans": "author.followers",
        "body": "text",
    }
    (row,) = rows(content, "csv", columns)
    assert isinstance(row, Row)
    assert row.mention.text == "Hello,\nworld"
    assert row.mention.author.handle == "lena"
    assert row.mention.author.followers == 412
    assert row.mention.raw["fans"] == "412"


def test_columns_with_a_fields_name_need_no_map():
    content = "external_id;text;posted_at;deleted;engagement.likes\n1;Hi;2026-11-20T08:15:00Z;no;3\n"
    (row,) = rows(content, "csv")
    assert row.mention.engagement == {"likes": 3}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_told_from_the_first_bytes(encoding):
    content = "external_id\ttext\tposted_at\n1\tGrüße 👍\t2026-11-20T08:15:00Z\n".encode(encoding)
    (row,) = rows(content, "csv")
    assert row.mention.text == "Grüße 👍"


def test_bytes_that_are_no_text_reject_their_row_only():
    found = rows(
        line(text="a").encode() + b'\n{"external_id": "2", "text": "\xff\xfe", "posted_at": "2026-11-20T08:15:00Z"}'
    )
    assert isinstance(found[0], Row)
    assert reasons(found[1]) == ["text"]


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("external_id,text,posted_at\n1,Hi\n", 1),
        ("external_id,text,posted_at\n1,Hi,2026-11-20T08:15:00Z,more\n", 1),
        ("external_id,text,posted_at\n1,\"" + "a" * 2_000_000 + "\",2026-11-20T08:15:00Z\n", 1),
        ("external_id,text,posted_at,author.followers\n1,Hi,2026-11-20T08:15:00Z,many\n", 1),
        ("external_id,text,posted_at,deleted\n1,Hi,2026-11-20T08:15:00Z,perhaps\n", 1),
        ("external_id,text,posted_at\n", 0),
        ("", 0),
    ],
)  # fmt: skip
def test_odd_csv_rows_are_rejected_not_raised(content, count):
    found = rows(content, "csv")
    assert found == [] if not count else all(isinstance(row, Rejected) for row in found)


def test_a_map_to_or_from_nothing_stops_at_once():
    with pytest.raises(ChannelError, match="no such field"):
        rows("a\n", "csv", {"a": "colour"})
    with pytest.raises(ChannelError, match="no such column"):
        rows("a\n", "csv", {"b": "text"})


def test_json_that_fights_its_map_is_rejected():
    assert isinstance(rows(line(author=5, name="lena"), columns={"name": "author.handle"})[0], Rejected)
    assert isinstance(rows("[" * 100_000)[0], Rejected)


def test_an_endless_line_is_one_rejected_row():
    found = rows('{"text": "' + "a" * 3_000_000 + '"}\n' + line())
    assert [type(row).__name__ for row in found] == ["Rejected", "Row"]


def test_memory_stays_flat(tmp_path):
    path = tmp_path / "long.jsonl"
    path.write_text((line(text="a" * 400) + "\n") * 20_000)
    tracemalloc.start()
    with path.open("rb") as stream:
        count = sum(1 for _ in read_rows(stream, "jsonl", {}, "main"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 1_000_000 < path.stat().st_size


AIRLINE = {"tweet_id": "external_id", "name": "author.handle", "tweet_created": "posted_at"}


def test_a_real_export_is_read_whole():
    path = Path(os.environ.get("TEST_DATA", "/nowhere")) / "airline" / "tweets-until-2015-02-22.csv"
    if not path.exists():
        pytest.skip("TEST_DATA has no airline/tweets-until-2015-02-22.csv")
    with path.open("rb") as stream:
        found = list(read_rows(stream, "csv", AIRLINE, "main"))
    assert len(found) == 7_036
    assert all(isinstance(row, Row) for row in found)

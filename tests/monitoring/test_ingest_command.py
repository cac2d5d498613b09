import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from monitoring.models import Channel, Mention, RawDelivery
from tests.make import make_channel, make_unit

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("ingest", str(path), *options, stdout=out)
    return out.getvalue()


def line(external_id: str, **changes) -> str:
    return json.dumps(
        {"external_id": external_id, "text": f"Post {external_id}", "posted_at": "2026-11-20T08:15:00Z"} | changes
    )


def test_a_file_is_imported_once_however_often_it_is_repeated(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(line(str(n)) for n in range(1_200)))
    first = run(path, "--channel", "import", "--create-channel", "Imported")
    assert first == "created 1,200, updated 0, duplicate 0, deleted 0, rejected 0\n"
    assert run(path, "--channel", "import", "--create-channel", "Imported").startswith(
        "created 0, updated 0, duplicate 1,200"
    )
    assert Mention.objects.count() == 1_200
    channel = Channel.objects.get()
    assert (channel.slug, channel.name, channel.kind) == ("import", "Imported", "file")
    assert RawDelivery.objects.filter(origin="file").count() == 6


def test_a_channel_is_made_in_the_unit_that_is_named_and_nowhere_else(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text(line("1"))
    make = ["--channel", "import", "--create-channel", "Imported", "--unit"]
    make_unit("germany")
    with pytest.raises(CommandError, match="There is no unit 'abroad'; there are: germany"):
        run(path, *make, "abroad")
    assert not Channel.objects.exists()
    run(path, *make, "germany")
    assert Channel.objects.get().unit == make_unit("germany")
    make_unit("abroad")
    with pytest.raises(CommandError, match="exists already, and not in the unit 'abroad'"):
        run(path, *make, "abroad")
    assert run(path, *make, "germany").startswith("created 0")


def test_rejected_rows_go_to_a_file_with_their_reasons(tmp_path):
    make_channel("import")
    path, rejected = tmp_path / "posts.jsonl", tmp_path / "out" / "rejected.jsonl"
    path.write_text("\n".join([line("1"), "not json", line("2", visibility="private"), line("3", text="a\x00")]))
    out = run(path, "--channel", "import", "--rejected", str(rejected))
    assert "created 1" in out
    assert "rejected 3" in out
    assert str(rejected) in out
    rows = [json.loads(row) for row in rejected.read_text().splitlines()]
    assert [(row["row"], [error["field"] for error in row["errors"]]) for row in rows] == [
        (2, [""]),
        (3, ["visibility"]),
        (4, ["text"]),
    ]
    assert rows[1]["data"]["visibility"] == "private"
    assert RawDelivery.objects.get().rejected == 3


def test_without_a_rejected_row_there_is_no_such_file(tmp_path, settings):
    settings.VAR_DIR = tmp_path / "var"
    make_channel("import")
    path = tmp_path / "posts.jsonl"
    path.write_text(line("1"))
    run(path, "--channel", "import")
    assert not list((tmp_path / "var" / "rejected").iterdir())
    path.write_text("broken")
    assert str(tmp_path / "var" / "rejected") in run(path, "--channel", "import")
    run(path, "--channel", "import")
    assert len(list((tmp_path / "var" / "rejected").iterdir())) == 2


def test_rejected_rows_that_cannot_be_written_stop_the_import_before_it_begins(tmp_path):
    path, in_the_way = tmp_path / "posts.jsonl", tmp_path / "file"
    path.write_text(line("1"))
    in_the_way.touch()
    with pytest.raises(CommandError, match="cannot be written"):
        run(path, "--channel", "import", "--create-channel", "Imported", "--rejected", str(in_the_way / "rejected"))
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    ("slug", "options", "reason"),
    [
        ("Bad Slug!", [], "slug: "),
        ("a" * 51, [], "slug: "),
        ("import", ["--create-channel", "a" * 201], "name: "),
        ("import", ["--format", "csv", "--map", "a=text"], "no such column"),
        ("import", ["--map", "a=colour"], "no such field"),
    ],
)
def test_what_cannot_be_meant_leaves_no_channel_behind(tmp_path, slug, options, reason):
    path = tmp_path / "posts.jsonl"
    path.write_text(line("1"))
    with pytest.raises(CommandError, match=reason):
        run(path, "--channel", slug, "--create-channel", "Imported", *options)
    assert not Channel.objects.exists()


def test_csv_columns_are_mapped(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text("id,who,body,when\n1,lena,Hello,2015-02-21 10:00:00 -0800\n")
    mapping = ["--map", "id=external_id", "who=author.handle", "--map", "body=text", "when=posted_at"]
    run(path, "--channel", "import", "--create-channel", "Imported", *mapping)
    mention = Mention.objects.get()
    assert (mention.text, mention.author.handle, mention.posted_at.hour) == ("Hello", "lena", 18)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--channel", "nowhere"], "no channel 'nowhere'"),
        (["--channel", "import", "--map", "text"], "COLUMN=FIELD"),
        (["--channel", "import", "--map", "a=colour"], "no such field"),
        (["--channel", "import", "--format", "csv", "--map", "a=text"], "no such column"),
    ],
)
def test_what_cannot_be_meant_stops_with_one_sentence(tmp_path, options, reason):
    make_channel("import")
    path = tmp_path / "posts.jsonl"
    path.write_text(line("1"))
    with pytest.raises(CommandError, match=reason):
        run(path, *options)


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.jsonl", "--channel", "import", "--create-channel", "Imported")
    assert not Channel.objects.exists()


def test_a_real_export_comes_in_whole_and_once():
    path = Path(os.environ.get("TEST_DATA", "/nowhere")) / "airline" / "tweets-until-2015-02-22.csv"
    if not path.exists():
        pytest.skip("TEST_DATA has no airline/tweets-until-2015-02-22.csv")
    options = ["--channel", "airline", "--create-channel", "Airline", "--map"]
    options += ["tweet_id=external_id", "name=author.handle", "tweet_created=posted_at"]
    assert run(path, *options).startswith("created 7,036, updated 0, duplicate 0, deleted 0, rejected 0")
    assert run(path, *options).startswith("created 0, updated 0, duplicate 7,036, deleted 0, rejected 0")
    assert Mention.objects.count() == 7_036

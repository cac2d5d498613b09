import json
from datetime import UTC, datetime

import pytest

from monitoring.channels.protocol import IncomingAuthor, IncomingMention, Op
from monitoring.channels.validate import TOO_DEEP, parse_mention, parse_time, storable

MENTION = {
    "external_id": "113497",
    "url": "https://social.example/@lena/113497",
    "text": "Wo bleibt mein Paket?",
    "language": "de",
    "kind": "post",
    "posted_at": "2026-11-20T08:15:00Z",
    "revision": "1",
    "deleted": False,
    "visibility": "public",
    "author": {
        "external_id": "7",
        "handle": "lena@example.social",
        "display_name": "Lena",
        "followers": 412,
        "verified": False,
        "url": "https://social.example/@lena",
    },
    "in_reply_to": "113490",
    "conversation": "113490",
    "engagement": {"likes": 3, "shares": 1, "replies": 0, "views": None},
    "attachments": [{"type": "image", "url": "https://social.example/a.png", "description": "A box"}],
}


def faults(**changes) -> dict[str, str]:
    found = parse_mention({key: value for key, value in (MENTION | changes).items() if value is not ...})
    assert isinstance(found, list), found
    return {problem.field: problem.reason for problem in found}


def nested(levels: int) -> list:
    inner: list = []
    for _level in range(levels - 1):
        inner = [inner]
    return inner


def accepted(**changes) -> IncomingMention:
    found = parse_mention({key: value for key, value in (MENTION | changes).items() if value is not ...})
    assert isinstance(found, IncomingMention), found
    return found


def test_the_contracts_example_is_a_mention():
    mention = accepted()
    assert mention.external_id == "113497"
    assert mention.op is Op.UPSERT
    assert mention.posted_at == datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
    assert mention.author == IncomingAuthor(
        "7", "lena@example.social", "Lena", 412, False, "https://social.example/@lena"
    )
    assert mention.engagement == {"likes": 3, "shares": 1, "replies": 0, "views": None}
    assert mention.raw == MENTION


def test_four_fields_are_enough():
    found = parse_mention({"external_id": 5, "text": "Hi", "posted_at": "2026-11-20T08:15:00+01:00"})
    assert isinstance(found, IncomingMention)
    assert found.external_id == "5"


@pytest.mark.parametrize("name", ["external_id", "text", "posted_at"])
def test_each_required_field_is_required(name):
    for value in (..., None, ""):
        assert list(faults(**{name: value}, attachments=...)) == [name]


def test_a_picture_may_stand_without_words():
    assert accepted(text="").text == ""


def test_a_deletion_needs_only_the_id():
    found = parse_mention({"external_id": "5", "deleted": True})
    assert isinstance(found, IncomingMention)
    assert found.op is Op.DELETE


@pytest.mark.parametrize(
    "written",
    [
        "2015-02-21 10:00:00 -0800",
        "2015-02-21T18:00:00Z",
        "2015-02-21T18:00:00.000+00:00",
        " 2015-02-21 10:00:00-08:00 ",
        "2015-02-21 23:30:00 +0530",
    ],
)
def test_times_are_iso_8601_with_an_offset(written):
    assert parse_time(written) == datetime(2015, 2, 21, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2015-02-21 10:00:00",
        "yesterday",
        "21.02.2015",
        "0001-01-01T00:00:00+14:00",
        "1969-12-31T23:59:59Z",
        "9999-99-99T00:00Z",
        5,
        {},
    ],
)
def test_other_times_are_refused(written):
    assert list(faults(posted_at=written)) == ["posted_at"]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("visibility", {"visibility": "private"}),
        ("visibility", {"visibility": "direct"}),
        ("url", {"url": "javascript:alert(1)"}),
        ("url", {"url": "ftp://example.com/"}),
        ("url", {"url": "https://["}),
        ("url", {"url": "https://exa mple.com/"}),
        ("url", {"url": "https://example.com/" + "a" * 2000}),
        ("text", {"text": "a" * 50_001}),
        ("text", {"text": "a\x00b"}),
        ("text", {"text": "half \ud83d sign"}),
        ("text", {"text": 5}),
        ("text", {"text": "   ", "attachments": ...}),
        ("external_id", {"external_id": "x" * 501}),
        ("external_id", {"external_id": True}),
        ("external_id", {"external_id": ["1"]}),
        ("deleted", {"deleted": "no"}),
        ("language", {"language": "the language of my people"}),
        ("author", {"author": "lena"}),
        ("author.external_id", {"author": {"followers": 1}}),
        ("author.followers", {"author": {"external_id": "7", "followers": -1}}),
        ("author.followers", {"author": {"external_id": "7", "followers": 2**63}}),
        ("author.followers", {"author": {"external_id": "7", "followers": True}}),
        ("author.followers", {"author": {"external_id": "7", "followers": 1.5}}),
        ("author.url", {"author": {"external_id": "7", "url": "file:///etc/passwd"}}),
        ("author.display_name", {"author": {"external_id": "7", "display_name": "x" * 301}}),
        ("engagement", {"engagement": [1]}),
        ("engagement.likes", {"engagement": {"likes": "many"}}),
        ("attachments", {"attachments": "a.png"}),
        ("attachments", {"attachments": ["a.png"]}),
        ("attachments", {"attachments": [{"type": "image", "url": "data:text/html,x"}]}),
        ("attachments", {"attachments": [{"type": "image", "url": "https://example.com/"}] * 51}),
    ],
)
def test_what_cannot_be_stored_is_named_by_its_field(field, changes):
    assert list(faults(**changes)) == [field]


def test_everything_that_is_wrong_is_said_at_once():
    assert set(faults(text=..., posted_at="soon", url="x", visibility="private")) == {
        "text",
        "posted_at",
        "url",
        "visibility",
    }


@pytest.mark.parametrize("data", [None, 5, "text", [], [{}]])
def test_what_is_no_object_is_refused(data):
    found = parse_mention(data)
    assert isinstance(found, list)
    assert found[0].field == ""


def test_the_longest_text_passes_and_unknown_fields_are_left_alone():
    assert len(accepted(text="ä" * 50_000, something_new={"a": 1}).text) == 50_000


def test_an_author_is_known_by_the_best_that_is_said():
    page = "https://social.example/@lena"
    assert accepted(author={"handle": "lena", "display_name": "Lena"}).author.external_id == "lena"
    assert accepted(author={"display_name": "Lena", "url": page}).author.external_id == page
    assert accepted(author={"display_name": "Lena"}).author == IncomingAuthor("Lena", display_name="Lena")


def test_what_is_nested_too_deeply_is_refused_even_where_nobody_looks():
    assert accepted(something_new=nested(31))
    assert faults(something_new=nested(32)) == {"": TOO_DEEP}
    assert faults(something_new=nested(900)) == {"": TOO_DEEP}


def test_raw_deliveries_can_hold_anything():
    broken = {"a\x00": ["x\ud800y", {"n": float("nan")}], "n": 5, "ok": None}
    assert storable(broken) == {"a�": ["x�y", {"n": "nan"}], "n": 5, "ok": None}


def test_raw_deliveries_keep_what_can_be_kept_of_something_deep():
    kept = json.dumps(storable({"text": "Hi", "deep": nested(900)}), ensure_ascii=False)
    assert '"text": "Hi"' in kept
    assert "�" in kept

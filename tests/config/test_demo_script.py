"""The texts of the demo: all of them mentions that the API takes, in many voices, and none of them twice."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from config.demo.company import CHANNELS
from config.demo.moments import BEGIN, END, decided_at
from config.demo.people import PEOPLE
from config.demo.script import read_script
from monitoring.channels.protocol import IncomingMention
from monitoring.channels.validate import parse_mention
from monitoring.reading.language import detect_language

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCRIPT = read_script()
PAST = [line for line in SCRIPT if line.is_past]
SCENE = [line for line in SCRIPT if not line.is_past]


def test_every_line_of_the_script_is_a_mention_that_the_api_takes():
    looked = [parse_mention(line.as_json(NOW)) for line in SCRIPT]
    assert [found for found in looked if not isinstance(found, IncomingMention)] == []


def test_the_script_has_about_a_hundred_and_fifty_mentions_in_many_voices_on_every_channel():
    assert len(SCRIPT) >= 145
    assert len({line.id for line in SCRIPT}) == len(SCRIPT)
    voices = Counter(line.author["handle"] for line in SCRIPT)
    assert len(voices) >= 50
    assert sum(count >= 3 for count in voices.values()) >= 15, "some of them come back, so that they have a history"
    languages = Counter(line.data["language"] for line in SCRIPT)
    assert languages["de"] >= 80
    assert languages["en"] >= 30
    assert languages.keys() >= {"ar", "pl", "tr"}
    channels = Counter(line.channel for line in SCRIPT)
    assert channels.keys() == CHANNELS.keys()
    kinds = {line.author.get("kind") for line in SCRIPT}
    assert kinds >= {"journalist", "lawyer", "authority", "competitor", "employee", "customer"}
    assert any(line.author.get("by_us") for line in SCRIPT)


def test_no_text_is_said_twice_but_what_spreads():
    texts = Counter(line.data["text"] for line in SCRIPT)
    twice = {text for text, count in texts.items() if count > 1}
    assert {line.id[:11] for line in SCRIPT if line.data["text"] in twice} == {"sparks-copy"}


@pytest.mark.parametrize("line", SCRIPT, ids=lambda line: line.id)
def test_the_language_of_each_text_is_told_from_its_words(line):
    assert detect_language(line.data["text"], line.data["language"]) == line.data["language"]


def test_every_line_is_said_at_one_time_before_now_or_in_the_scene():
    for line in SCRIPT:
        said = [line.ago is not None, line.after is not None, line.day is not None and line.at is not None]
        assert said.count(True) == 1, line.id
    assert all(line.posted_at(NOW) < NOW for line in PAST)
    assert [line.after for line in SCENE] == sorted(line.after for line in SCENE)


@pytest.mark.parametrize("hour", [0, 5, 12, 23])
def test_replies_answer_lines_of_the_same_channel_said_before(hour):
    now = NOW.replace(hour=hour)
    said = {line.id: (line.channel, line.posted_at(now) if line.is_past else now + line.after) for line in SCRIPT}
    for line in SCRIPT:
        if answered := line.data.get("reply_to"):
            channel, at = said[answered]
            assert channel == line.channel, line.id
            assert at < said[line.id][1], line.id


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_people_decide_after_a_post_in_working_hours_and_never_in_the_future(hour):
    now = NOW.replace(hour=hour)
    for line in PAST:
        if line.decided is None:
            continue
        at = decided_at(line, line.decided, now)
        assert line.posted_at(now) <= at < now, line.id
        at_work = BEGIN <= timezone.localtime(at, timezone.get_default_timezone()).time() <= END
        assert at_work or line.decided.disposition == "escalate" or now - at < timedelta(hours=9), line.id


def test_only_people_of_the_demo_decide_and_nobody_deviates_without_words():
    names = {person.username for person in PEOPLE}
    decided = [line.decided for line in PAST if line.decided]
    assert {said.by for said in decided} == {"maya", "pedro"} < names
    assert {said.call.taken_by for said in decided if said.call} <= names | {""}
    assert all(said.reason or said.reply for said in decided)

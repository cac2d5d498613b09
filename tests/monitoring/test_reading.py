import csv
import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from monitoring.reading import Context, Topic, as_lists, read_text
from monitoring.reading.brand import match_brand
from monitoring.reading.fingerprint import fingerprint
from monitoring.reading.language import detect_language
from monitoring.reading.phrases import Phrases, Words
from monitoring.reading.questions import is_question
from monitoring.reading.sentiment import sentiment
from monitoring.reading.word_lists import find_terms

SHIPPED = Path(__file__).parents[2] / "monitoring" / "word_lists"
LISTS = as_lists(
    (language, name, entries)
    for language in ("en", "de")
    for name, entries in yaml.safe_load((SHIPPED / f"{language}.yaml").read_text("utf-8")).items()
)
STARTER_LISTS = {
    "danger", "selfharm", "deleted_comment", "legal", "spam", "insult",
    "experience", "high_arousal", "satire", "unlawful", "data_leak", "account_taken",
}  # fmt: skip


def hits(text: str, language: str = "en") -> dict[str, list[str]]:
    return find_terms(Words.of(text), language, LISTS)


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("anwalt", "Mein Anwalt meldet sich.", ["Anwalt"]),
        ("anwalt", "Die Anwaltschaft", []),
        ("anwalt*", "ANWALTSCHAFT!", ["ANWALTSCHAFT"]),
        ("data leak", "a data leak, a data-leak, a Data   Leak", ["data leak", "data-leak", "Data   Leak"]),
        ("data leak", "the dataleak", []),
        ("data leak", "We lost data. Leak in the roof!", []),
        ("ich weiß wo ihr wohnt", "Ich weiß, wo ihr wohnt.", ["Ich weiß, wo ihr wohnt"]),
        ("your * hacked", "your page hacked", ["your page hacked"]),
        ("your * hacked", "your hacked", []),
        ("gefährlich*", "Gefaehrliche Sache, GEFÄHRLICH", ["Gefaehrliche", "GEFÄHRLICH"]),
        ("gefährlich", "gefa\u0308hrlich", ["gefährlich"]),
        ("straße", "STRASSE Straße", ["STRASSE", "Straße"]),
        ("lawyer", "law\u200byer", ["lawyer"]),
        ("lawyer", "my lawyer's letter", ["lawyer's"]),
        ("can't", "I can’t", ["can’t"]),
        ("!!", "no!!!! really!", ["!!!!"]),
        ("😡", "so 😡😡", ["😡", "😡"]),
        (":(", "hm :-( ok", [":-("]),
        ("", "anything", []),
        ("*", "anything", []),
    ],
)
def test_an_entry_fits_whole_words_in_any_writing(entry, text, found):
    assert [hit.text for hit in Phrases.of([entry]).find(Words.of(text))] == found


def test_where_entries_overlap_the_longest_counts_once():
    assert [hit.entry for hit in Phrases.of(["legal", "legal action"]).find(Words.of("legal action"))] == [
        "legal action"
    ]


def test_every_list_of_the_starter_rules_is_there_in_both_languages():
    assert set(LISTS["en"]) == set(LISTS["de"]) == STARTER_LISTS


def test_no_list_names_an_entry_twice():
    for lists in LISTS.values():
        for name, entries in lists.items():
            assert len(set(entries)) == len(entries), (name, [e for e in entries if entries.count(e) > 1])


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Kein Problem, alles gut!", {}),
        ("de", "Mein Anwalt wird sich melden.", {"legal": ["Anwalt"]}),
        ("de", "Wir gehen damit vor Gericht", {"legal": ["vor Gericht"]}),
        ("de", "Das Gericht war lecker", {}),
        ("de", "Im Müsli waren Glassplitter, er wurde verletzt", {"danger": ["Glassplitter", "wurde verletzt"]}),
        ("de", "Das verletzt doch die DSGVO", {}),
        ("de", "Ihr wart heute die Bombe", {}),
        ("de", "Warum wurde mein Kommentar gelöscht?", {"deleted_comment": ["Kommentar gelöscht"]}),
        ("de", "Ich will nicht mehr leben", {"selfharm": ["nicht mehr leben"]}),
        ("de", "Unsere Kundendaten stehen offen im Netz", {"data_leak": ["Kundendaten"]}),
        ("de", "Wurdet ihr gehackt?", {"account_taken": ["Wurdet ihr gehackt"]}),
        ("en", "No problem at all, thanks", {}),
        ("en", "I will sue you, see you in court", {"legal": ["will sue", "see you in court"]}),
        ("en", "Thanks Sue! You killed it. The best gift.", {}),
        ("en", "This issue is pursued with us", {}),
        ("en", "You guys are on fire today", {}),
        ("en", "My charger caught fire and I burned my hand", {"danger": ["caught fire", "burned my hand"]}),
        ("en", "why did you delete my comment", {"deleted_comment": ["delete my comment"]}),
        ("en", "my account was hacked, please help", {"experience": ["my account"]}),
        ("en", "I think your account was hacked", {"account_taken": ["your account was hacked"]}),
        ("en", "I can see someone else's order here", {"data_leak": ["someone else's order"]}),
    ],
)  # fmt: skip
def test_the_shipped_lists_find_what_they_are_for_and_not_more(language, text, expected):
    assert hits(text, language) == expected


def test_a_text_in_no_known_language_is_read_with_every_list():
    assert hits("Anwalt! lawyer!", "und") == {"legal": ["Anwalt", "lawyer"]}
    assert hits("Anwalt! lawyer!", "fr") == {}


def test_a_negation_does_not_hide_a_hit():
    assert hits("I will not call my lawyer") == {"legal": ["lawyer"]}


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("Der Zug ist schon wieder zu spät, ich bin sauer", "", "de"),
        ("I have been waiting for my parcel since Monday", "", "en"),
        ("Je n'ai toujours pas reçu ma commande", "", "fr"),
        ("ok", "", "und"),
        ("ok", "de-AT", "de"),
        ("👍👍👍 https://example.com @somebody", "en", "en"),
        ("", "", "und"),
        ("", "not a tag", "und"),
        ("Где мой заказ? Жду уже неделю", "", "ru"),
    ],
)
def test_the_language_is_told_or_left_open(text, declared, language):
    assert detect_language(text, declared) == language


@pytest.mark.parametrize(
    ("language", "better", "worse"),
    [
        ("en", "I love this, amazing service!", "good service"),
        ("en", "good service", "service"),
        ("en", "service", "bad service"),
        ("en", "bad service", "really bad service"),
        ("en", "very good", "not very good"),
        ("en", "not bad", "bad"),
        ("en", "Slow, but great", "Great, but slow"),
        ("en", "bad service", "BAD service"),
        ("de", "Ihr seid super, vielen Dank!", "gut"),
        ("de", "gut", "nicht gut"),
        ("de", "ein bisschen schlecht", "sehr schlecht"),
        ("de", "Zug 5", "Der Zug ist schon wieder ausgefallen"),
        ("de", "Guten Morgen", "Frechheit"),
    ],
)
def test_sentiment_orders_texts_as_a_reader_would(language, better, worse):
    assert sentiment(Words.of(better), language) > sentiment(Words.of(worse), language)


def test_sentiment_is_bounded_and_neutral_where_nothing_is_known():
    assert -1 <= sentiment(Words.of("awful " * 5000), "en") < -0.9
    assert sentiment(Words.of("super!!"), "fr") == 0.0
    assert sentiment(Words.of(""), "en") == 0.0


@pytest.mark.parametrize(
    ("language", "text", "asks"),
    [
        ("en", "Where is my parcel?", True),
        ("en", "see https://example.com/?q=1", False),
        ("en", "@us can you tell me when the shop opens", True),
        ("en", "What a lovely day", False),
        ("en", "I like it.", False),
        ("de", "Könnt ihr mir sagen, wann das Paket kommt", True),
        ("de", "Was für ein toller Laden", False),
        ("de", "Wann kommt ihr nach Ulm", True),
        ("ja", "どこですか？", True),
        ("fr", "Quand est-ce que", False),
    ],
)
def test_a_question_is_told_by_mark_or_wording(language, text, asks):
    assert is_question(text, language) is asks


NORDWIND = Topic(
    "nordwind", ("nordwind", "nord wind", "#nordwindfail"), ("nordwind airlines",), ("@nordwind@social.example",)
)
COCOA = Topic("cocoa", ("cocoa prices",))


@pytest.mark.parametrize(
    ("text", "found", "slugs", "tags_us"),
    [
        ("I like Nordwind", ["Nordwind"], ["nordwind"], False),
        ("@nordwind hello", ["@nordwind"], ["nordwind"], True),
        ("@Nordwind@social.example hello", ["@Nordwind@social.example", "Nordwind"], ["nordwind"], True),
        ("@nordwind@other.example hello", ["nordwind"], ["nordwind"], False),
        ("#NordwindFail again", ["NordwindFail"], ["nordwind"], False),
        ("mail me@nordwind.example", ["nordwind"], ["nordwind"], False),
        ("Nordwind Airlines is late", [], [], False),
        ("@nordwind flew with Nordwind Airlines", ["@nordwind"], ["nordwind"], True),
        ("Nordwinds? nordwinde?", [], [], False),
        ("cocoa prices and Nordwind", ["Nordwind", "cocoa prices"], ["nordwind", "cocoa"], False),
        ("nothing of us", [], [], False),
    ],
)  # fmt: skip
def test_names_of_us_are_found_and_handles_speak_to_us(text, found, slugs, tags_us):
    match = match_brand(Words.of(text), [NORDWIND, COCOA])
    assert (match.hits, match.topics, match.tags_us) == (found, slugs, tags_us)


LONG = "Unglaublich, was im neuen Werbespot passiert: bitte schaut euch das an!"


@pytest.mark.parametrize(
    "copy",
    [
        f"RT @lena: {LONG}",
        f"{LONG} via @lena",
        f"@nordwind {LONG.upper()}",
        f"{LONG} https://t.co/abc",
        LONG.replace(" ", "\n  ").replace(",", ""),
        LONG.replace("Werbespot", "Ｗｅｒｂｅｓｐｏｔ"),
    ],
)
def test_copies_share_a_fingerprint(copy):
    assert fingerprint(copy) == fingerprint(LONG) is not None


def test_other_texts_have_another_fingerprint():
    assert fingerprint(LONG + " Nicht!") != fingerprint(LONG)


@pytest.mark.parametrize(
    "text", ["", "👍", "Thank you so much!", "@nordwind https://example.com/a-very-long-address-indeed"]
)
def test_what_many_people_say_by_themselves_has_no_fingerprint(text):
    assert fingerprint(text) is None


def test_one_reading_tells_everything():
    context = Context(LISTS, [NORDWIND], "", speaks_to_us=False)
    reading = read_text("@nordwind Eine Frechheit! Wann meldet ihr euch? Sonst kommt mein Anwalt.", context)
    assert reading.language == "de"
    assert reading.sentiment < -0.2
    assert reading.terms == {"high_arousal": ["Frechheit"], "legal": ["Anwalt"]}
    assert reading.brand_terms == ["@nordwind"]
    assert reading.topics == ["nordwind"]
    assert reading.is_question
    assert reading.is_direct
    assert reading.fingerprint


def test_what_stands_on_our_account_speaks_to_us():
    assert read_text("Nice.", Context(speaks_to_us=True)).is_direct
    assert not read_text("Nice.", Context()).is_direct


def naughty() -> list[str]:
    folder = os.environ.get("TEST_DATA")
    if not folder or not (Path(folder) / "blns" / "blns.json").exists():
        return [
            "\x00",
            "\ud800",
            "\u202etest\u202e",
            "ÅÍÎÏ˝ÓÔ",
            "田中さんにあげて下さい",
            "'; DROP TABLE",
            "𝓣𝓱𝓮",
            "‪‪test‪",
        ]
    return json.loads((Path(folder) / "blns" / "blns.json").read_text("utf-8"))


def test_no_text_breaks_the_reader():
    context = Context(LISTS, [NORDWIND])
    for text in [*naughty(), "a" * 50_000, "!" * 50_000, "@" * 50_000, "😡" * 50_000, "not " * 12_000, "ﷺ" * 5_000]:
        assert -1 <= read_text(text, context).sentiment <= 1


def data(*parts: str) -> Path:
    path = Path(os.environ.get("TEST_DATA", "/nowhere")).joinpath(*parts)
    if not path.exists():
        pytest.skip(f"TEST_DATA has no {'/'.join(parts)}")
    return path


def test_risks_are_not_seen_everywhere_in_real_complaints():
    with data("airline", "tweets-until-2015-02-22.csv").open(newline="") as file:
        found = [hits(row["text"]) for row in csv.DictReader(file)]
    for name in ("danger", "selfharm", "legal", "data_leak", "account_taken", "unlawful", "deleted_comment", "satire"):
        count = sum(name in terms for terms in found)
        assert count <= len(found) * 0.005, f"{name}: {count} of {len(found)}"


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    scores = []
    for label in ("negative", "neutral", "positive"):
        right = sum(said == label == meant for said, meant in pairs)
        all_of_it = sum(said == label for said, _ in pairs) + sum(meant == label for _, meant in pairs)
        scores.append(2 * right / all_of_it)
    return sum(scores) / 3


def say(text: str, language: str) -> str:
    value = sentiment(Words.of(text), language)
    return "negative" if value <= -0.2 else "positive" if value >= 0.3 else "neutral"


def test_english_sentiment_beats_the_lexicon_baseline():
    with data("airline", "tweets-until-2015-02-22.csv").open(newline="") as file:
        pairs = [(say(row["text"], "en"), row["airline_sentiment"]) for row in csv.DictReader(file)]
    assert macro_f1(pairs) > 0.60


def test_german_sentiment_beats_the_lexicon_baseline():
    documents = ElementTree.parse(data("germeval2017", "dev.xml")).getroot()
    pairs = [(say(doc.findtext("text") or "", "de"), doc.findtext("sentiment") or "") for doc in documents]
    assert macro_f1(pairs) > 0.42

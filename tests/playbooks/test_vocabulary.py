"""The facts that rules may name."""

import pytest
from django.utils import translation

from playbooks.rules import Condition, Held, Reason, Rule
from playbooks.vocabulary import FACTS, OPERATORS, label_of, spec_of, value_in_words
from playbooks.words import reason_in_words, rule_in_words

AGREED = {
    "text.lex.<list>", "text.is_question", "text.sentiment", "author.kind", "author.followers", "author.flags",
    "mention.own_channel", "mention.direct", "mention.brand_match", "mention.rate", "mention.ratio",
    "mention.neg_share", "mention.by_us", "crisis.match", "kb.match", "topic.complaints_24h", "topic.channels_1h",
    "topic.reach_1h", "mod.removed_24h",
}  # fmt: skip


def test_the_vocabulary_is_the_agreed_one():
    assert set(FACTS) == AGREED
    assert all(spec.description and OPERATORS[spec.kind] for spec in FACTS.values())


def test_word_lists_are_one_family():
    assert spec_of("text.lex.danger") is FACTS["text.lex.<list>"]
    assert spec_of("text.lex.anything") is FACTS["text.lex.<list>"]
    assert spec_of("text.length") is None


@pytest.mark.parametrize(
    ("key", "value", "english", "german"),
    [
        ("mention.direct", True, "yes", "ja"),
        ("text.sentiment", -0.55555, "-0.56", "-0,56"),
        ("author.kind", "lawyer", "lawyer", "Anwalt"),
        ("author.flags", ("repeat_complaint", "vip"), "complains repeatedly, VIP", "beschwert sich wiederholt, VIP"),
        ("author.flags", ("new_mark",), "new_mark", "new_mark"),
    ],
)
def test_values_are_said_in_the_readers_language(key, value, english, german):
    with translation.override("en"):
        assert value_in_words(key, value) == english
    with translation.override("de"):
        assert value_in_words(key, value) == german


def test_rules_and_reasons_are_said_in_the_readers_language():
    rule = Rule((Condition("text.lex.legal", "gte", 2), Condition("kb.match", "lte", 0.2)), "any")
    reason = Reason((Held("text.lex.legal", "gte", 2, 3),))

    with translation.override("de"):
        assert label_of("text.lex.legal") == "Treffer in der Wortliste „Rechtsweg“"
        assert rule_in_words(rule) == (
            "Treffer in der Wortliste „Rechtsweg“: mindestens 2 oder "
            "Übereinstimmung mit einer freigegebenen Antwort: höchstens 0,2"
        )
        assert reason_in_words(reason) == "Treffer in der Wortliste „Rechtsweg“: 3 (mindestens 2)"


def test_the_words_behind_a_number_are_quoted_where_they_are_known():
    reason = Reason((Held("text.lex.legal", "gte", 1, 2),))
    hits = {"text.lex.legal": ["lawyer", "sue"]}
    assert reason_in_words(reason, hits) == "hits in the word list “legal steps”: “lawyer”, “sue”"
    with translation.override("de"):
        assert reason_in_words(reason, hits) == "Treffer in der Wortliste „Rechtsweg“: „lawyer“, „sue“"

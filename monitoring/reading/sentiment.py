"""A first sentiment, by word list, English and German: how a text sounds, not what it means.

Sums the strengths of the words of feeling, turned by negations, scaled by words like "very", and squeezed into -1..1 by
x / sqrt(x² + 15), the normalisation of Hutto and Gilbert (VADER, ICWSM 2014). The word lists are our own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

import yaml

from monitoring.reading.phrases import Hit, Phrases, Words

LANGUAGES = ("en", "de")
FLATTENING = 15.0
NEGATION_REACH = 3  # words before the word of feeling
NEGATED = -0.6  # "not good" is bad, but less than "bad"; "not bad" is good, but less than "good"
STRONGER = 1.3
WEAKER = 0.6
SHOUTED = 1.2
AFTER_TURN = 1.4  # what follows "but" is what is meant
BEFORE_TURN = 0.6


@dataclass(frozen=True, slots=True)
class Lexicon:
    strength: dict[str, float]
    feelings: Phrases
    negations: Phrases
    stronger: Phrases
    weaker: Phrases
    turns: Phrases


def sentiment(words: Words, language: str) -> float:
    """-1 (angry) to 1 (delighted), 0 for neutral and for languages without a word list."""
    if language not in LANGUAGES:
        return 0.0
    total = sum(_weights(words, _lexicon(language)))
    return round(total / sqrt(total * total + FLATTENING), 4)


def _weights(words: Words, lexicon: Lexicon) -> Iterator[float]:
    negated = _places(lexicon.negations, words)
    stronger = _places(lexicon.stronger, words)
    weaker = _places(lexicon.weaker, words)
    turn = max(_places(lexicon.turns, words), default=-1)
    for hit in lexicon.feelings.find(words):
        weight = lexicon.strength[hit.entry]
        before = set(range(hit.start - NEGATION_REACH, hit.start))
        if before & negated:
            weight *= NEGATED
        weight *= STRONGER if hit.start - 1 in stronger else WEAKER if hit.start - 1 in weaker else 1
        if _is_shouted(hit, words):
            weight *= SHOUTED
        if turn > 0:
            weight *= AFTER_TURN if hit.start > turn else BEFORE_TURN
        yield weight


def _places(phrases: Phrases, words: Words) -> set[int]:
    """The place of the last word of every hit."""
    return {hit.end - 1 for hit in phrases.find(words)}


def _is_shouted(hit: Hit, words: Words) -> bool:
    followed = hit.end < len(words.folded) and words.folded[hit.end] == "!!"
    return followed or (len(hit.text) > 2 and hit.text.isupper())


@cache
def _lexicon(language: str) -> Lexicon:
    path = Path(__file__).parent / "words" / f"{language}.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    strength = {entry: float(weight) for weight, text in content["strength"].items() for entry in _entries(text)}
    return Lexicon(
        strength,
        Phrases.of(strength),
        *(Phrases.of(_entries(content[kind])) for kind in ("negations", "stronger", "weaker", "turns")),
    )


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]

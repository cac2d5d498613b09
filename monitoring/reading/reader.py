"""Reads one text: everything that can be known of it without asking anybody."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitoring.reading.brand import Topic, match_brand
from monitoring.reading.fingerprint import fingerprint
from monitoring.reading.language import detect_language
from monitoring.reading.phrases import Words
from monitoring.reading.questions import is_question
from monitoring.reading.sentiment import sentiment
from monitoring.reading.word_lists import WordLists, find_terms


@dataclass(frozen=True, slots=True)
class Context:
    """What the lists say today, and where the text was found. `speaks_to_us`: on our account, or in reply to us."""

    lists: WordLists = field(default_factory=dict)
    topics: Sequence[Topic] = ()
    declared_language: str = ""
    speaks_to_us: bool = False


@dataclass(frozen=True, slots=True)
class ReadingResult:
    """`terms`: list → hits, verbatim. `sentiment` is -1 to 1. `fingerprint` is None for a text that is no copy."""

    language: str
    sentiment: float
    terms: dict[str, list[str]]
    brand_terms: list[str]
    topics: list[str]
    is_question: bool
    is_direct: bool
    fingerprint: str | None


def read_text(text: str, context: Context) -> ReadingResult:
    """Pure: the same text and lists give the same reading, on any machine and at any time."""
    words = Words.of(text)
    language = detect_language(text, context.declared_language)
    brand = match_brand(words, context.topics)
    return ReadingResult(
        language=language,
        sentiment=sentiment(words, language),
        terms=find_terms(words, language, context.lists),
        brand_terms=brand.hits,
        topics=brand.topics,
        is_question=is_question(text, language),
        is_direct=context.speaks_to_us or brand.tags_us,
        fingerprint=fingerprint(text),
    )

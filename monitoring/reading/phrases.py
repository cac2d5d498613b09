"""Finds words and phrases of a list in a text: whole words, any case, `*` for any ending.

Every list of the readings is matched here, so that they all mean the same by "word". The cost grows with the text, not
with the lists.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

# A word with its apostrophes, one emoji, a smiley, or a run of exclamation marks.
WORD = r"\w+(?:['’]\w+)*|[\U0001F300-\U0001FAFF☀-➿]|[:=]['-]?[()D](?!\w)|!{2,}"
TOKEN = re.compile(WORD)
ENTRY_PART = re.compile(rf"(?P<word>{WORD})?(?P<star>\*)?")
SENTENCE_END = re.compile(r"[.!?;:…]")
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff]")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "’": "'"})


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words as they are compared, with their places in it, and the words that begin a sentence."""

    folded: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    beginnings: frozenset[int]
    text: str

    @classmethod
    def of(cls, text: str) -> "Words":
        visible = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
        spans = tuple(match.span() for match in TOKEN.finditer(visible))
        folded = tuple(fold(visible[start:end]) for start, end in spans)
        gaps = enumerate(pairwise(spans), 1)
        beginnings = (i for i, (a, b) in gaps if SENTENCE_END.search(visible, a[1], b[0]))
        return cls(folded, spans, frozenset(beginnings), visible)


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where an entry stands: `start` and `end` count words, `text` is what was written."""

    entry: str
    start: int
    end: int
    text: str


def fold(word: str) -> str:
    """How a word is compared: no case, no possessive, umlauts as two letters; one smiley, one frown, one `!!`."""
    if word.startswith("!!"):
        return "!!"
    if word[:1] in (":", "="):
        return ":(" if word.endswith("(") else ":)"
    plain = unicodedata.normalize("NFKC", word).casefold().translate(UMLAUTS)
    return plain.removesuffix("'s") or plain


@dataclass(frozen=True, slots=True)
class _Pattern:
    word: str
    any_ending: bool

    def fits(self, word: str) -> bool:
        return word.startswith(self.word) if self.any_ending else word == self.word


class Phrases:
    """The entries of one list, ready to be found. In an entry, `law*` fits any ending and `*` any one word."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._exact: dict[str, list[tuple[str, tuple[_Pattern, ...]]]] = defaultdict(list)
        self._starting: dict[str, list[tuple[str, tuple[_Pattern, ...]]]] = defaultdict(list)
        for entry in entries:
            patterns = tuple(_patterns(entry))
            if patterns and patterns[0].word:
                index = self._starting if patterns[0].any_ending else self._exact
                index[patterns[0].word].append((entry, patterns))
        self._lengths = sorted({len(word) for word in self._starting})

    def find(self, words: Words) -> Iterator[Hit]:
        """The places in reading order; where entries overlap, the longest that starts first."""
        at = 0
        while at < len(words.folded):
            hit = self._longest(words, at)
            if hit:
                yield hit
            at = hit.end if hit else at + 1

    def _longest(self, words: Words, at: int) -> Hit | None:
        fitting = [
            (len(patterns), entry)
            for entry, patterns in self._candidates(words.folded[at])
            if len(patterns) <= len(words.folded) - at
            and all(pattern.fits(words.folded[at + step]) for step, pattern in enumerate(patterns))
            and words.beginnings.isdisjoint(range(at + 1, at + len(patterns)))
        ]
        if not fitting:
            return None
        length, entry = max(fitting)
        end = at + length
        return Hit(entry, at, end, words.text[words.spans[at][0] : words.spans[end - 1][1]])

    def _candidates(self, word: str) -> Iterator[tuple[str, tuple[_Pattern, ...]]]:
        yield from self._exact.get(word, ())
        for length in self._lengths:
            if length > len(word):
                return
            yield from self._starting.get(word[:length], ())


def _patterns(entry: str) -> Iterator[_Pattern]:
    for piece in ENTRY_PART.finditer(entry):
        if piece.group():
            yield _Pattern(fold(piece["word"] or ""), piece["star"] is not None)

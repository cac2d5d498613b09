"""Finds words and phrases of a list in a text: whole words, any case, `*` for any ending.

Every list of the readings is matched here, so that they all mean the same by "word". The cost grows with the text, not
with the lists.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# A word with its apostrophes, one emoji, a smiley, or a run of exclamation marks.
WORD = r"\w+(?:['’]\w+)*|[\U0001F300-\U0001FAFF☀-➿]|[:=]['-]?[()D](?!\w)|!{2,}"
TOKEN = re.compile(WORD)
ENTRY_PART = re.compile(rf"(?P<word>{WORD})?(?P<star>\*)?")
SENTENCE_END = re.compile(r"[.!?;:…]")
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff]")
MOST_LOOKED_UP = 5_000  # words that a list remembers; some hundred kilobytes
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

    group: str
    entry: str
    start: int
    end: int
    text: str


@lru_cache(maxsize=50_000)
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


@dataclass(frozen=True, slots=True)
class _Entry:
    group: str
    entry: str
    patterns: tuple[_Pattern, ...]


class Phrases:
    """Groups of entries, ready to be found together. In an entry, `law*` fits any ending and `*` any one word."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._exact: dict[str, list[_Entry]] = {}
        self._starting: dict[str, list[_Entry]] = {}
        for group, entries in groups.items():
            for entry in entries:
                self._add(_Entry(group, entry, tuple(_patterns(entry))))
        self._lengths = sorted({len(word) for word in self._starting})
        self._looked_up: dict[str, tuple[_Entry, ...]] = {}

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Phrases":
        """One list without a name."""
        return cls({"": entries})

    def _add(self, entry: _Entry) -> None:
        if entry.patterns and entry.patterns[0].word:
            index = self._starting if entry.patterns[0].any_ending else self._exact
            index.setdefault(entry.patterns[0].word, []).append(entry)

    def find(self, words: Words) -> Iterator[Hit]:
        """The places in reading order; where entries of one group overlap, the longest that starts first."""
        free_from: dict[str, int] = {}
        for at, word in enumerate(words.folded):
            candidates = self._candidates(word)
            if not candidates:
                continue
            longest: dict[str, _Entry] = {}
            for entry in candidates:
                known = longest.get(entry.group)
                if (
                    at >= free_from.get(entry.group, 0)
                    and (known is None or len(entry.patterns) > len(known.patterns))
                    and _stands_at(entry, words, at)
                ):
                    longest[entry.group] = entry
            for group, entry in longest.items():
                end = free_from[group] = at + len(entry.patterns)
                yield Hit(group, entry.entry, at, end, words.text[words.spans[at][0] : words.spans[end - 1][1]])

    def _candidates(self, word: str) -> tuple[_Entry, ...]:
        """The entries that may begin with this word: most words are common ones and were looked up before."""
        known = self._looked_up.get(word)
        if known is None:
            if len(self._looked_up) >= MOST_LOOKED_UP:
                self._looked_up.clear()
            known = self._looked_up[word] = tuple(self._look_up(word))
        return known

    def _look_up(self, word: str) -> Iterator[_Entry]:
        yield from self._exact.get(word, ())
        for length in self._lengths:
            if length > len(word):
                return
            yield from self._starting.get(word[:length], ())


def _stands_at(entry: _Entry, words: Words, at: int) -> bool:
    """Every further word fits, and no sentence ends in between; by the first one the entry was found."""
    patterns = entry.patterns
    return len(patterns) == 1 or (
        len(patterns) <= len(words.folded) - at
        and all(patterns[step].fits(words.folded[at + step]) for step in range(1, len(patterns)))
        and words.beginnings.isdisjoint(range(at + 1, at + len(patterns)))
    )


def _patterns(entry: str) -> Iterator[_Pattern]:
    for piece in ENTRY_PART.finditer(entry):
        if piece.group():
            yield _Pattern(fold(piece["word"] or ""), piece["star"] is not None)

"""Word lists: which words of danger, law, insult and so on stand in a text."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from monitoring.reading.phrases import Phrases, Words

MOST_HITS = 50

# language → list → entries
WordLists = Mapping[str, Mapping[str, tuple[str, ...]]]


def find_terms(words: Words, language: str, lists: WordLists) -> dict[str, list[str]]:
    """List → hits as they were written, every place once, in reading order; lists without a hit are left out.

    A text whose language is not known (`und`) is read with the lists of every language: better one hint too many than
    a danger overlooked. A negation is not looked at: "not dangerous" is a hit, and a person reads it.
    """
    found: dict[str, list[str]] = {}
    for chosen in [language] if language != "und" else sorted(lists):
        hits: dict[str, list[str]] = {}
        for hit in _compiled(tuple(lists.get(chosen, {}).items())).find(words):
            hits.setdefault(hit.group, []).append(hit.text)
        for name, texts in hits.items():
            known = found.get(name, [])
            found[name] = (known + [text for text in texts if text not in known])[:MOST_HITS]
    return found


@lru_cache(maxsize=32)
def _compiled(lists: tuple[tuple[str, tuple[str, ...]], ...]) -> Phrases:
    """A language's lists are compiled once per process and version, not once per text."""
    return Phrases(dict(lists))


def as_lists(rows: Iterable[tuple[str, str, Iterable[str]]]) -> WordLists:
    """From rows of (language, list, entries)."""
    lists: dict[str, dict[str, tuple[str, ...]]] = {}
    for language, name, entries in rows:
        lists.setdefault(language, {})[name] = tuple(entries)
    return lists

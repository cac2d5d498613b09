"""Whether a text is about us: names of us and of our topics, and whether it speaks to us."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitoring.reading.phrases import Phrases, Words

HANDLE = re.compile(r"(?<![\w@.])@([\w](?:[\w.-]*\w)?)(?:@([\w](?:[\w.-]*\w)?))?")


@dataclass(frozen=True, slots=True)
class Topic:
    """What we listen for. A not-term anywhere in the text silences the terms, never the handles."""

    slug: str
    terms: tuple[str, ...]
    not_terms: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BrandMatch:
    """`hits` as they were written; `tags_us` when one of our handles is in the text."""

    hits: list[str]
    topics: list[str]
    tags_us: bool


def match_brand(words: Words, topics: Sequence[Topic]) -> BrandMatch:
    """Looks for every topic; a hashtag or a handle counts as the word that it is."""
    tagged = [(match.group(), _handle(match.group(1), match.group(2))) for match in HANDLE.finditer(words.text)]
    hits: list[str] = []
    slugs: list[str] = []
    tags_us = False
    for topic in topics:
        ours = [_handle(*_parts(handle)) for handle in topic.handles]
        at_us = [written for written, handle in tagged if any(_same(handle, own) for own in ours)]
        named = [] if _is_silenced(words, topic) else [h.text for h in _compiled(topic.terms).find(words)]
        tags_us = tags_us or bool(at_us)
        if at_us or named:
            slugs.append(topic.slug)
            hits += _unseen(at_us + named, hits)
    return BrandMatch(hits, slugs, tags_us)


def _is_silenced(words: Words, topic: Topic) -> bool:
    return any(True for _ in _compiled(topic.not_terms).find(words))


def _unseen(found: Iterable[str], known: Sequence[str]) -> list[str]:
    bare = {hit.lstrip("@#").casefold() for hit in known}
    fresh: list[str] = []
    for hit in found:
        if hit.lstrip("@#").casefold() not in bare:
            bare.add(hit.lstrip("@#").casefold())
            fresh.append(hit)
    return fresh


def _parts(handle: str) -> tuple[str, str | None]:
    name, _, server = handle.strip().removeprefix("@").partition("@")
    return name, server or None


def _handle(name: str, server: str | None) -> tuple[str, str]:
    return name.casefold(), (server or "").casefold()


def _same(written: tuple[str, str], own: tuple[str, str]) -> bool:
    """A name without its server fits on every server: people write `@us` on the server where we are."""
    return written[0] == own[0] and (not written[1] or not own[1] or written[1] == own[1])


@lru_cache(maxsize=1024)
def _compiled(entries: tuple[str, ...]) -> Phrases:
    return Phrases.of(entries)

"""How well an approved answer fits what somebody wrote: plain Python over stems, no database and no clock.

A rare stem says more than one that stands in every question. The best of an entry's ways of asking counts.
"""

from collections.abc import Iterable, Mapping, Set
from math import log

FEW = 2  # a single shared stem is a hint, no match
SHARE_OF_TEXT = 0.25  # how much of the score hangs on the text being about nothing else
LONG_TEXT = 12  # stems; longer texts tell more than they ask and are not asked to match as a whole


def weights(counts: Mapping[str, int], entries: int) -> dict[str, float]:
    """Stem → how much it tells, from in how many of the entries it stands."""
    return {stem: log(1 + entries / count) for stem, count in counts.items()}


def score(text: Set[str], ways: Iterable[Set[str]], weight: Mapping[str, float]) -> float:
    """0 to 1: the best of the ways of asking. `weight` knows every stem of the entries."""
    return max((_of_one(text, way, weight) for way in ways if way), default=0.0)


def _of_one(text: Set[str], way: Set[str], weight: Mapping[str, float]) -> float:
    shared = text & way
    asked = sum(weight.get(stem, 0.0) for stem in way)
    if not shared or not asked:
        return 0.0
    covered = sum(weight.get(stem, 0.0) for stem in shared) / asked
    about = len(shared) / min(len(text), LONG_TEXT)
    fits = covered * (1 - SHARE_OF_TEXT + SHARE_OF_TEXT * min(1.0, 2 * about))
    return fits if len(shared) >= min(FEW, len(way)) and len(shared) > 1 else fits / 2

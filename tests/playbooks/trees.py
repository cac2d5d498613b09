"""The starter trees, and the facts of a calm mention as triage computes them today."""

from functools import cache

from playbooks.decision_tree import Path, walk
from playbooks.rules import Fact, NotComputable
from playbooks.starter.read import Starter, read_starter
from playbooks.vocabulary import LIST_PREFIX, WORD_LISTS

NO_HISTORY = NotComputable("14 days of history are needed")
CALM: dict[str, Fact] = {
    **{LIST_PREFIX + name: 0 for name in WORD_LISTS},
    "text.is_question": False,
    "text.sentiment": 0.0,
    "author.kind": "unknown",
    "author.followers": 40,
    "author.flags": frozenset(),
    "mention.own_channel": False,
    "mention.direct": True,
    "mention.brand_match": 1,
    "mention.rate": 1,
    "mention.ratio": NO_HISTORY,
    "mention.neg_share": NO_HISTORY,
    "mention.by_us": False,
    "crisis.match": 0,
    "kb.match": 0,
    "topic.complaints_24h": NO_HISTORY,
    "topic.channels_1h": NO_HISTORY,
    "topic.reach_1h": NO_HISTORY,
    "mod.removed_24h": NO_HISTORY,
}


@cache
def starter() -> Starter:
    return read_starter()


def walk_map(facts: dict[str, Fact] | None = None, answers: dict[str, str] | None = None) -> Path:
    """Walks the starter's scenario map over a calm mention, changed by `facts`."""
    return walk(starter().trees, "scenario-map", CALM | (facts or {}), answers or {})

"""What is agreed right now: the published trees, where walks start, the matrix, deadlines and policies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from accounts.roles import ON_SHIFT
from playbooks.content import Part
from playbooks.cover import Cover, add_open_time
from playbooks.models import EscalationPolicy, PlaybookVersion, SeverityLevel, StartTree, Urgency
from playbooks.path import Leaf, Path
from playbooks.severity_rules import LevelRules, higher, rank
from playbooks.tree import Tree
from playbooks.tree_schema import parse_rule, tree_from_text

DEFAULT_START = "scenario-map"
OPEN_QUESTION_URGENCY = "today"
NO_REPLY_URGENCY = "routine"


@dataclass(frozen=True)
class Published:
    """The trees in force, and the ids of the versions that they were read from."""

    trees: Mapping[str, Tree]
    ids: Mapping[str, int]


def published() -> Published:
    """One query; the trees themselves are parsed once per process and version."""
    rows = PlaybookVersion.objects.filter(state=PlaybookVersion.State.PUBLISHED)
    return _published(tuple(rows.order_by("playbook__slug").values_list("playbook__slug", "pk", "sha256")))


def published_trees() -> Mapping[str, Tree]:
    return published().trees


def trees_of(versions: Mapping[str, int]) -> Mapping[str, Tree]:
    """The exact trees of an old path, by playbook → id of the version, however many were published since."""
    rows = PlaybookVersion.objects.filter(pk__in=versions.values()).values_list("playbook__slug", "pk", "sha256")
    return {slug: _tree(pk, digest) for slug, pk, digest in rows}


def start_trees() -> Mapping[int | None, str]:
    """Channel id → playbook, with the default under None: one query for any number of mentions."""
    rows = StartTree.objects.values_list("channel_id", "playbook__slug")
    return {None: DEFAULT_START} | dict(rows)


def matrix() -> tuple[LevelRules, ...]:
    """The severity matrix, for `severity_rules.propose`."""
    rows = SeverityLevel.objects.values_list("level", "rules")
    return tuple(LevelRules(level, tuple(parse_rule(Part(rule)) for rule in rules)) for level, rules in rows)


def demands_of(level: str) -> Mapping[str, Any]:
    """What a level asks for beyond calling people: `{"update_every": "60m", "holding": {"draft": "20m", …}}`."""
    return SeverityLevel.objects.filter(level=level).values_list("demands", flat=True).first() or {}


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an urgency class is: `within` counts around the clock, or in cover hours only."""

    within: timedelta
    around_the_clock: bool = True


def urgencies() -> Mapping[str, Pace]:
    rows = Urgency.objects.values_list("slug", "within", "around_the_clock")
    return {slug: Pace(within, around_the_clock) for slug, within, around_the_clock in rows}


def urgency_of(path: Path) -> str:
    """The urgency of the suggested leaf; an open question is for today, a leaf without a reply is routine."""
    if path.leaf is None:
        return OPEN_QUESTION_URGENCY
    return path.leaf.urgency or NO_REPLY_URGENCY


def due_at(
    received_at: datetime,
    pace: Pace,
    cover: Cover | None = None,
    deadline: timedelta | None = None,
) -> datetime:
    """When somebody must have answered or taken over: the urgency, or a shorter `deadline` by the same clock."""
    within = pace.within if deadline is None else min(pace.within, deadline)
    return add_open_time(received_at, within, None if pace.around_the_clock else cover)


def policy_for(level: str, leaf: Leaf | None = None) -> dict[str, Any]:
    """The policy of a level (at least L1), frozen for one escalation: plain data, delays in seconds.

    A step without targets of its own calls the `first_targets`.
    """
    level = higher(level, "L1")
    policy = EscalationPolicy.objects.prefetch_related("steps__urgency").get(level=level)
    lasts = policy.acknowledgement_lasts
    return {
        "slug": policy.slug,
        "name": policy.name_en,
        "name_de": policy.name_de,
        "level": level,
        "rounds": policy.rounds,
        "round_delay": _seconds(policy.round_delay),
        "acknowledgement_lasts": None if lasts is None else _seconds(lasts),
        "steps": [
            {
                "delay": _seconds(step.delay),
                "targets": step.targets or first_targets(level, leaf),
                "urgency": step.urgency.slug,
                "rule": step.rule,
            }
            for step in policy.steps.all()
        ],
    }


def first_targets(level: str, leaf: Leaf | None = None) -> list[dict[str, str]]:
    """Who is called at once: whom an escalate leaf names; without one, or above its level, whom the level names."""
    level = higher(level, "L1")
    named = leaf.who if leaf and leaf.disposition == "escalate" else ()
    if not leaf or not named or rank(leaf.level) < rank(level):
        named = (*named, *SeverityLevel.objects.get(level=level).default_who)
    return [{"role": role, "who": ON_SHIFT} for role in dict.fromkeys(named)]


@lru_cache(maxsize=8)
def _published(rows: tuple[tuple[str, int, str], ...]) -> Published:
    trees = {slug: _tree(pk, digest) for slug, pk, digest in rows}
    return Published(trees, {slug: pk for slug, pk, _digest in rows})


@lru_cache(maxsize=256)
def _tree(version_id: int, _digest: str) -> Tree:
    """Kept for good: a published version never changes."""
    return tree_from_text(PlaybookVersion.objects.values_list("content", flat=True).get(pk=version_id))


def _seconds(value: timedelta) -> int:
    return round(value.total_seconds())

"""What a draft would change: two walks per mention, counted and sampled, small enough to be kept as JSON.

Plain Python, without database and clock.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playbooks.path import Path
from playbooks.severity_rules import rank

ESCALATE = "escalate"
PER_CHANNEL = 5  # samples of one change from one channel, so that readers of every unit find some
MOST_SAMPLES = 40

AGREES, DIFFERS, SAYS_NOTHING = "agrees", "differs", "says_nothing"


@dataclass(frozen=True, slots=True)
class End:
    """Where a walk ended: an outcome (`at` is `tree/outcome`), or, without a disposition, the question left open.

    Both are empty where the way is broken.
    """

    disposition: str = ""
    at: str = ""

    @classmethod
    def of(cls, path: Path) -> "End":
        if path.leaf:
            return cls(path.leaf.disposition, f"{path.leaf.playbook}/{path.leaf.outcome}")
        return cls("", path.open_question or "")

    @property
    def is_escalation(self) -> bool:
        return self.disposition == ESCALATE


@dataclass(frozen=True, slots=True)
class Verdict:
    """One walk over the facts of one mention. `way` is the questions and answers it took, whatever their version."""

    end: End
    severity: str
    way: tuple[tuple[str, str | None], ...] = ()

    @classmethod
    def of(cls, path: Path, severity: str) -> "Verdict":
        return cls(End.of(path), severity, tuple((step.key, step.answer) for step in path.steps))

    def agreement(self, decided: str) -> str:
        """With what a person decided."""
        if not self.end.disposition:
            return SAYS_NOTHING
        return AGREES if self.end.disposition == decided else DIFFERS


@dataclass(slots=True)
class Change:
    """How many mentions moved from one value to another, with ids of a few."""

    count: int = 0
    samples: list[int] = field(default_factory=list)
    per_channel: Counter[int] = field(default_factory=Counter)

    def add(self, mention_id: int, channel_id: int) -> None:
        self.count += 1
        if len(self.samples) < MOST_SAMPLES and self.per_channel[channel_id] < PER_CHANNEL:
            self.samples.append(mention_id)
            self.per_channel[channel_id] += 1


@dataclass(slots=True)
class ChangeReport:
    """`without_facts`: mentions whose suggestion had failed, so that nothing can be walked. `other_way`: the outcome
    stayed, the path to it did not. `agreement` counts (before | after, agrees | differs | says_nothing)."""

    seen: int = 0
    without_facts: int = 0
    other_way: int = 0
    outcomes: dict[tuple[End, End], Change] = field(default_factory=dict)
    severities: dict[tuple[str, str], Change] = field(default_factory=dict)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    agreement: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, mention_id: int, channel_id: int, before: Verdict, after: Verdict, decided: str = "") -> None:
        """`decided` is the disposition that a person chose, empty while nobody did."""
        self.seen += 1
        self.before[before.end.disposition] += 1
        self.after[after.end.disposition] += 1
        if before.end != after.end:
            self.outcomes.setdefault((before.end, after.end), Change()).add(mention_id, channel_id)
        elif before.way != after.way:
            self.other_way += 1
        if before.severity != after.severity:
            levels = (before.severity, after.severity)
            self.severities.setdefault(levels, Change()).add(mention_id, channel_id)
        if decided:
            self.agreement["before", before.agreement(decided)] += 1
            self.agreement["after", after.agreement(decided)] += 1

    @property
    def looked_at(self) -> int:
        return self.seen + self.without_facts

    @property
    def changed(self) -> int:
        return sum(change.count for change in self.outcomes.values())

    @property
    def decided(self) -> int:
        return sum(count for (side, _says), count in self.agreement.items() if side == "before")

    @property
    def newly_escalated(self) -> int:
        return _count(self.outcomes, lambda old, new: new.is_escalation and not old.is_escalation)

    @property
    def no_longer_escalated(self) -> int:
        return _count(self.outcomes, lambda old, new: old.is_escalation and not new.is_escalation)

    @property
    def raised(self) -> int:
        return _count(self.severities, lambda old, new: rank(new) > rank(old))

    @property
    def lowered(self) -> int:
        return _count(self.severities, lambda old, new: rank(new) < rank(old))

    def most_frequent(self) -> list[tuple[End, End, Change]]:
        """The changes of outcome, the most frequent first; equal ones by name, so that the order is steady."""
        rows = [(old, new, change) for (old, new), change in self.outcomes.items()]
        return sorted(rows, key=lambda row: (-row[2].count, row[0].at, row[1].at))

    def to_json(self) -> dict[str, Any]:
        return {
            "seen": self.seen,
            "without_facts": self.without_facts,
            "other_way": self.other_way,
            "outcomes": [
                [[old.disposition, old.at], [new.disposition, new.at], _as_json(change)]
                for (old, new), change in self.outcomes.items()
            ],
            "severities": [[old, new, _as_json(change)] for (old, new), change in self.severities.items()],
            "before": dict(self.before),
            "after": dict(self.after),
            "agreement": [[side, says, count] for (side, says), count in self.agreement.items()],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "ChangeReport":
        return cls(
            seen=kept["seen"],
            without_facts=kept["without_facts"],
            other_way=kept["other_way"],
            outcomes={(End(*old), End(*new)): _from_json(change) for old, new, change in kept["outcomes"]},
            severities={(old, new): _from_json(change) for old, new, change in kept["severities"]},
            before=Counter(kept["before"]),
            after=Counter(kept["after"]),
            agreement=Counter({(side, says): count for side, says, count in kept["agreement"]}),
        )


def _count(changes: Mapping[tuple[Any, Any], Change], wanted: Any) -> int:
    return sum(change.count for (old, new), change in changes.items() if wanted(old, new))


def _as_json(change: Change) -> list[Any]:
    return [change.count, change.samples, _pairs(change.per_channel.items())]


def _pairs(items: Iterable[tuple[int, int]]) -> list[list[int]]:
    return [list(pair) for pair in items]


def _from_json(kept: Any) -> Change:
    count, samples, per_channel = kept
    return Change(count, list(samples), Counter(dict(per_channel)))

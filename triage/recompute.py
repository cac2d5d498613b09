"""Recomputes suggestions from what they kept: the facts they saw, in exactly the versions they name.

The same facts and versions give the same path, always. A difference is a fault: of the software, or of somebody who
changed rows behind its back. Over facts computed anew a difference is no fault but drift: the world moved on.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from monitoring.models import Mention
from playbooks.content import ContentError
from playbooks.decision_tree import walk
from playbooks.models import PlaybookVersion
from playbooks.path import Path
from playbooks.rules import Fact, NotComputable, facts_as_json, facts_from_json
from playbooks.severity_rules import higher
from playbooks.tree import Tree
from playbooks.tree_schema import tree_from_text
from triage.facts import collect
from triage.models import Suggestion, Triage
from triage.models.suggestion import FAILED
from triage.suggest import FAILED_SEVERITY

BATCH = 500
MOST_FAULTS = 200  # kept and shown; all are counted
LOST_VERSION = "lost_version"


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a suggestion that is not what its facts and versions give; `part` is a field of Suggestion."""

    part: str
    stored: Any
    recomputed: Any


@dataclass(frozen=True, slots=True)
class Fault:
    suggestion_id: int
    mention_id: int
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class CheckReport:
    """`unchecked` failed when they were made and walked nothing. `drift`: fact → suggestions that would see another
    value today; `drifted`: suggestions with such a fact, of those looked at anew."""

    checked: int = 0
    unchecked: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)
    drifted: int = 0
    drift: Counter[str] = field(default_factory=Counter)

    @property
    def looked_at(self) -> int:
        return self.checked + self.unchecked

    def add(self, suggestion: Suggestion, differences: tuple[Difference, ...]) -> None:
        self.checked += 1
        if differences:
            self.fault_count += 1
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(Fault(suggestion.pk, suggestion.mention_id, differences))

    def to_json(self) -> dict[str, Any]:
        return {
            "checked": self.checked,
            "unchecked": self.unchecked,
            "fault_count": self.fault_count,
            "faults": [
                [one.suggestion_id, one.mention_id, [[d.part, d.stored, d.recomputed] for d in one.differences]]
                for one in self.faults
            ],
            "drifted": self.drifted,
            "drift": dict(self.drift),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "CheckReport":
        return cls(
            checked=kept["checked"],
            unchecked=kept["unchecked"],
            fault_count=kept["fault_count"],
            faults=[
                Fault(suggestion_id, mention_id, tuple(Difference(*parts) for parts in differences))
                for suggestion_id, mention_id, differences in kept["faults"]
            ],
            drifted=kept["drifted"],
            drift=Counter(kept["drift"]),
        )


def check(*, last: int | None = None, with_drift: bool = False) -> CheckReport:
    """The newest `last` suggestions, or all of them, batch by batch."""
    report, below = CheckReport(), None
    while True:
        below = check_batch(report, below, last=last, with_drift=with_drift)
        if below is None:
            return report


def check_batch(
    report: CheckReport, below: int | None, *, last: int | None = None, with_drift: bool = False
) -> int | None:
    """Adds the next suggestions with an id `below` to the report; returns where to go on, None at the end."""
    size = BATCH if last is None else min(BATCH, last - report.looked_at)
    rows = Suggestion.objects.order_by("-pk") if below is None else Suggestion.objects.filter(pk__lt=below)
    suggestions = list(rows.order_by("-pk")[:size]) if size > 0 else []
    trees = _Trees()
    for suggestion in suggestions:
        if has_failed(suggestion):
            report.unchecked += 1
        else:
            report.add(suggestion, tuple(differences_of(suggestion, trees.of(suggestion.versions))))
    if with_drift:
        _add_drift(report, suggestions)
    return suggestions[-1].pk if len(suggestions) == size and size else None


def has_failed(suggestion: Suggestion) -> bool:
    """It says so itself: nothing was walked."""
    return any(problem.get("code") == FAILED for problem in suggestion.path.get("problems", ()))


def differences_of(suggestion: Suggestion, trees: Mapping[str, Tree]) -> Iterator[Difference]:
    """Every part that its facts, answers of nobody and these trees do not give again."""
    lost = sorted(set(suggestion.versions) - set(trees))
    if lost:
        yield Difference(LOST_VERSION, ", ".join(lost), "")
        return
    path = walk(trees, suggestion.start, facts_from_json(suggestion.facts), {})
    for part, recomputed in _parts(suggestion, path).items():
        stored = getattr(suggestion, part)
        if stored != recomputed:
            yield Difference(part, stored, recomputed)


def _parts(suggestion: Suggestion, path: Path) -> dict[str, Any]:
    """The matrix has no versions: of the severity it is checked that it is the higher of what was kept."""
    floor = FAILED_SEVERITY if is_unread(suggestion) else ""
    level = path.leaf.level if path.leaf else ""
    return {
        "path": path.to_json(),
        "disposition": path.disposition or "",
        "outcome": path.outcome or "",
        "open_question": path.open_question or "",
        "to_confirm": list(path.to_confirm),
        "severity": higher(floor, higher(suggestion.severity_because.get("level", ""), level)),
    }


def is_unread(suggestion: Suggestion) -> bool:
    """Nothing was known of the text: the same fact says so that every text has."""
    return isinstance(facts_from_json(suggestion.facts).get("text.is_question"), NotComputable)


def changed_facts(kept: Mapping[str, Fact], now: Mapping[str, Fact]) -> list[str]:
    """The facts with another value today, or that can be computed only today or no longer."""
    before, today = facts_as_json(kept), facts_as_json(now)
    return [key for key in sorted(before.keys() | today.keys()) if before.get(key) != today.get(key)]


def _add_drift(report: CheckReport, suggestions: Iterable[Suggestion]) -> None:
    """Of the suggestions in use: an older one is about what a mention said before it was edited."""
    current = {row.pk: row for row in suggestions if row.facts}
    in_use = Triage.objects.filter(suggestion__in=current).values_list("suggestion_id", "mention_id")
    of_mention = {mention_id: current[suggestion_id] for suggestion_id, mention_id in in_use}
    loaded = Mention.objects.filter(pk__in=of_mention, deleted_at=None, reading__isnull=False)
    mentions = list(loaded.select_related("channel", "author", "reading").defer("search"))
    facts = collect(mentions)
    for mention in mentions:
        changed = changed_facts(facts_from_json(of_mention[mention.pk].facts), facts[mention.pk])
        report.drifted += bool(changed)
        report.drift.update(changed)


class _Trees:
    """The trees of a batch: suggestions of one day share their versions.

    Read from the rows as they stand, past every cache: what is looked for may be just there.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[tuple[str, int], ...], Mapping[str, Tree]] = {}

    def of(self, versions: Mapping[str, int]) -> Mapping[str, Tree]:
        key = tuple(sorted(versions.items()))
        if key not in self._known:
            rows = PlaybookVersion.objects.filter(pk__in=versions.values())
            stored = rows.values_list("playbook__slug", "content")
            self._known[key] = {slug: tree for slug, content in stored if (tree := _read(content))}
        return self._known[key]


def _read(content: str) -> Tree | None:
    """None if this was once a playbook and is none any more."""
    try:
        return tree_from_text(content)
    except ContentError:
        return None

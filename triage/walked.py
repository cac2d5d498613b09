"""A suggestion walked again with a person's answers: over the facts it saw, in the exact versions it names.

The decision and the guided card both stand on this, so that what the screen shows is what is recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from playbooks.current import trees_of
from playbooks.decision_tree import open_tasks, walk
from playbooks.path import Path, Risk
from playbooks.rules import facts_from_json
from playbooks.severity_rules import higher
from playbooks.tree import Node, Tree
from triage.models import Suggestion

SAFE = "no"
IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Walked:
    """`answers` are the person's, `tree/node` → answer; hints took the other steps of `path`."""

    suggestion: Suggestion
    trees: Mapping[str, Tree]
    answers: Mapping[str, str]
    path: Path

    @property
    def unanswered_risks(self) -> tuple[str, ...]:
        """Risk questions that only a person may settle: passed as if "no", or with a rule that fired."""
        fired = [risk.key for risk in self.path.fired_risks if risk.answer is None]
        return tuple(dict.fromkeys([*self.path.to_confirm, *fired]))

    @property
    def alarms_off_path(self) -> tuple[Risk, ...]:
        """Risks that the person affirmed although the way did not lead past them."""
        return tuple(r for r in self.path.risks if not r.on_path and r.answer not in (None, SAFE))

    @property
    def open_tasks(self) -> tuple[str, ...]:
        """Task questions of the strict trees on the way that nobody confirmed; to be done before leaving the way."""
        return open_tasks(self.trees, self.path, self.answers)

    @property
    def impossible_tasks(self) -> tuple[str, ...]:
        """Tasks that the person says could not be done."""
        said = (key for key, answer in self.answers.items() if answer == IMPOSSIBLE)
        return tuple(key for key in said if (node := self.node(key)) and node.task)

    @property
    def proposed_severity(self) -> str:
        """The higher of matrix and leaf."""
        leaf = self.path.leaf
        return higher(self.suggestion.severity_because["level"], leaf.level if leaf else "")

    def leaves(self, disposition: str) -> bool:
        """Whether this disposition is another than the way led to."""
        return disposition != self.path.disposition or (disposition != "escalate" and bool(self.alarms_off_path))

    def node(self, key: str) -> Node | None:
        slug, _slash, name = key.partition("/")
        return self.trees[slug].nodes.get(name) if slug in self.trees else None


def walk_again(suggestion: Suggestion, answers: Mapping[str, str], trees: Mapping[str, Tree] | None = None) -> Walked:
    """`trees` saves the query where the caller has them."""
    trees = trees_of(suggestion.versions) if trees is None else trees
    path = walk(trees, suggestion.start, facts_from_json(suggestion.facts), answers)
    return Walked(suggestion, trees, answers, path)

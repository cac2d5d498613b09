"""Walks the agreed trees over the facts of a mention: a suggestion, explained step by step, never a decision.

Plain Python: the same trees, facts and answers give the same path, and no combination of facts raises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playbooks.path import HINT, PERSON, Leaf, Path, Problem, Risk, Step
from playbooks.rules import Fact, NotComputable, Reason, Skipped, evaluate, rule_notation
from playbooks.tree import JUMP, Answer, Node, Outcome, Tree

__all__ = [
    "Answer",
    "Fact",
    "Leaf",
    "Node",
    "NotComputable",
    "Outcome",
    "Path",
    "Risk",
    "Step",
    "Tree",
    "open_tasks",
    "walk",
]

CONFIRMED = "no"
NEVER_DENIED = "a risk question is never pre-answered no"
NOT_OFFERED = "it suggests an answer that the question does not offer"


def walk(trees: Mapping[str, Tree], start: str, facts: Mapping[str, Fact], answers: Mapping[str, str]) -> Path:
    """The way from the tree `start` to an outcome, or to the first question that only a person can answer.

    `trees` by slug; `facts` by key of the vocabulary; a person's `answers` by "tree/node" → answer slug: they
    win over hints. What is wrong (an unknown tree, an answer not offered, a loop) stands in `Path.problems`.
    """
    way = _Way(trees, facts, answers)
    target: str | None = JUMP + start
    while target is not None:
        target = way.go(target)
    return way.path()


def open_tasks(trees: Mapping[str, Tree], path: Path, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The task questions, as "tree/node", that a person still confirms before leaving the strict trees of a path."""
    entered = [trees[slug] for slug in path.versions if slug in trees and trees[slug].is_strict]
    tasks = [(tree.key(node.slug), node) for tree in entered for node in tree.nodes.values() if node.task]
    return tuple(key for key, node in tasks if node.answer(answers.get(key)) is None)


@dataclass(frozen=True, slots=True)
class _Suggestion:
    """What the hints of one question say: the first that fired, and those that could not be evaluated."""

    answer: str | None = None
    because: Reason | None = None
    skipped: tuple[Skipped, ...] = ()


class _Way:
    """The walk while it goes on; every `go` adds one step or ends it."""

    def __init__(self, trees: Mapping[str, Tree], facts: Mapping[str, Fact], answers: Mapping[str, str]) -> None:
        self.trees, self.facts, self.answers = trees, facts, answers
        self.tree: Tree | None = None
        self.entered: dict[str, Tree] = {}
        self.steps: list[Step] = []
        self.to_confirm: list[str] = []
        self.problems = list(_unknown_answers(trees, answers))
        self.leaf: Leaf | None = None
        self.open_question: str | None = None
        self.suggested: dict[str, _Suggestion] = {}  # risk questions on the way are listed once more

    def go(self, target: str) -> str | None:
        """Follows a jump, asks a question or ends; returns where to go next, None at the end."""
        if target.startswith(JUMP):
            return self._enter(target.removeprefix(JUMP))
        assert self.tree is not None
        if any(step.key == self.tree.key(target) for step in self.steps):
            self._stop("loop", target)
        elif target in self.tree.nodes:
            return self._ask(self.tree, self.tree.nodes[target])
        elif target in self.tree.outcomes:
            self._end(self.tree, self.tree.outcomes[target])
        else:
            self._stop("dead_end", target)
        return None

    def path(self) -> Path:
        return Path(
            steps=tuple(self.steps),
            leaf=self.leaf,
            open_question=self.open_question,
            to_confirm=tuple(self.to_confirm),
            risks=tuple(self._risks()),
            problems=tuple(self.problems),
        )

    def _enter(self, slug: str) -> str | None:
        if slug not in self.trees or slug in self.entered:
            self._stop("loop" if slug in self.entered else "unknown_tree", JUMP + slug)
            return None
        self.tree = self.entered[slug] = self.trees[slug]
        return self.tree.start

    def _end(self, tree: Tree, outcome: Outcome) -> None:
        self.leaf = Leaf(tree.slug, tree.version, outcome.slug, outcome.do, outcome.level, outcome.urgency, outcome.who)

    def _stop(self, code: str, detail: str) -> None:
        at = self.steps[-1].key if self.steps else ""
        self.problems.append(Problem(code, at, detail))

    def _ask(self, tree: Tree, node: Node) -> str | None:
        suggestion = self._suggestion(tree, node)
        answered = node.answer(self.answers.get(tree.key(node.slug)))
        chosen = answered or node.answer(suggestion.answer)
        self.steps.append(
            Step(
                playbook=tree.slug,
                version=tree.version,
                node=node.slug,
                answer=chosen.slug if chosen else None,
                by=PERSON if answered else HINT if chosen else "",
                suggested=suggestion.answer,
                because=suggestion.because,
                skipped=suggestion.skipped,
            )
        )
        return chosen.to if chosen else self._pass(tree, node)

    def _pass(self, tree: Tree, node: Node) -> str | None:
        """On past an unanswered risk question as if confirmed "no"; any other question stays open."""
        safe = node.answer(CONFIRMED) if node.risk and not node.task else None
        if safe is None:
            self.open_question = tree.key(node.slug)
            return None
        self.to_confirm.append(tree.key(node.slug))
        return safe.to

    def _risks(self) -> Iterator[Risk]:
        walked = {step.key for step in self.steps}
        for tree in self.entered.values():
            for node in tree.nodes.values():
                if node.risk:
                    on_path = tree.key(node.slug) in walked
                    yield _risk(tree, node, self._suggestion(tree, node), self.answers, on_path)

    def _suggestion(self, tree: Tree, node: Node) -> _Suggestion:
        key = tree.key(node.slug)
        if key not in self.suggested:
            self.suggested[key] = _suggestion(node, self.facts)
        return self.suggested[key]


def _risk(tree: Tree, node: Node, suggestion: _Suggestion, answers: Mapping[str, str], on_path: bool) -> Risk:
    answered = node.answer(answers.get(tree.key(node.slug)))
    return Risk(
        playbook=tree.slug,
        version=tree.version,
        node=node.slug,
        on_path=on_path,
        answer=answered.slug if answered else None,
        suggested=suggestion.answer,
        because=suggestion.because,
        skipped=suggestion.skipped,
    )


def _suggestion(node: Node, facts: Mapping[str, Fact]) -> _Suggestion:
    """The first hint that fires; every hint is evaluated, so that one that cannot be is always seen."""
    if node.task:
        return _Suggestion()
    answer, because, skipped = None, None, []
    for hint in node.hints:
        refused = _refused(node, hint.suggest)
        if refused:
            skipped.append(Skipped(rule_notation(hint), "", refused))
            continue
        evaluation = evaluate(hint, facts)
        skipped.extend(evaluation.skipped)
        if evaluation.because and because is None:
            answer, because = hint.suggest, evaluation.because
    return _Suggestion(answer, because, tuple(skipped))


def _refused(node: Node, suggest: str) -> str:
    if node.risk and suggest == CONFIRMED:
        return NEVER_DENIED
    return "" if node.answer(suggest) else NOT_OFFERED


def _unknown_answers(trees: Mapping[str, Tree], answers: Mapping[str, str]) -> Iterator[Problem]:
    """Answers that no question of these trees asked for or offers; they are not used."""
    for key in sorted(answers):
        slug, _, name = key.partition("/")
        node = trees[slug].nodes.get(name) if slug in trees else None
        if node is None:
            yield Problem("unknown_question", key, answers[key])
        elif node.answer(answers[key]) is None:
            yield Problem("answer_not_offered", key, answers[key])

"""Puts a path into words: for the API as contract, for people in their language, from the versions it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from playbooks.path import PERSON, Path, Risk, Step
from playbooks.rules import Reason
from playbooks.tree import Node, Outcome, Tree
from playbooks.words import NO_HITS, Hits, reason_in_words, skipped_in_words


@dataclass(frozen=True, slots=True)
class ExplainedAnswer:
    slug: str
    label: str
    is_chosen: bool
    is_suggested: bool


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """A step or a risk question in the reader's language; `answers` in the order of the tree."""

    key: str
    playbook: str
    version: int
    node: str
    question: str
    answers: tuple[ExplainedAnswer, ...]
    is_risk: bool
    is_task: bool
    by_person: bool
    because: str
    skipped: tuple[str, ...]

    @property
    def answer(self) -> str:
        """The label of the chosen answer; empty while there is none."""
        return next((answer.label for answer in self.answers if answer.is_chosen), "")

    @property
    def suggested(self) -> str:
        return next((answer.label for answer in self.answers if answer.is_suggested), "")


def path_as_json(path: Path, trees: Mapping[str, Tree], language: str = "en") -> dict[str, Any]:
    """The suggestion of the API; questions of the path are given by their short names in their own tree."""
    return {
        "disposition": path.disposition,
        "outcome": path.outcome,
        "open_question": _name(path.open_question),
        "to_confirm": [_name(key) for key in path.to_confirm],
        "path": [_step_as_json(step, trees, language) for step in path.steps],
        "risks": [
            {"playbook": r.playbook, "node": r.node, "on_path": r.on_path, "because": _because_as_json(r.because)}
            for r in path.fired_risks
        ],
        "problems": [{"code": p.code, "at": p.at, "detail": p.detail} for p in path.problems],
    }


def explained_steps(path: Path, trees: Mapping[str, Tree], hits: Hits = NO_HITS) -> list[ExplainedStep]:
    """The steps of a path in the reader's language; `trees` are the versions that it names (`trees_of`)."""
    return [_explained(step, trees, hits) for step in path.steps]


def explained_risks(path: Path, trees: Mapping[str, Tree], hits: Hits = NO_HITS) -> list[ExplainedStep]:
    """The risk questions with a rule that fired, on the way or off it."""
    return [_explained(risk, trees, hits) for risk in path.fired_risks]


def outcome_of(path: Path, trees: Mapping[str, Tree]) -> Outcome | None:
    """The whole outcome that the path ended at."""
    leaf = path.leaf
    return trees[leaf.playbook].outcomes.get(leaf.outcome) if leaf and leaf.playbook in trees else None


def node_of(key: str, trees: Mapping[str, Tree]) -> Node | None:
    """The question behind a key like `scenario-map/danger`."""
    slug, _slash, name = key.partition("/")
    return trees[slug].nodes.get(name) if slug in trees else None


def _step_as_json(step: Step, trees: Mapping[str, Tree], language: str) -> dict[str, Any]:
    node = node_of(step.key, trees)
    return {
        "playbook": step.playbook,
        "version": step.version,
        "node": step.node,
        "question": node.question.in_language(language) if node else step.node,
        "answer": step.answer,
        "by": step.by or None,
        "because": _because_as_json(step.because),
        "skipped": [{"rule": s.rule, "fact": s.fact, "reason": s.reason} for s in step.skipped],
    }


def _because_as_json(reason: Reason | None) -> dict[str, Any] | None:
    return {"rule": reason.rule, "value": reason.value} if reason else None


def _explained(step: Step | Risk, trees: Mapping[str, Tree], hits: Hits) -> ExplainedStep:
    node = node_of(step.key, trees)
    language = get_language() or "en"
    return ExplainedStep(
        key=step.key,
        playbook=step.playbook,
        version=step.version,
        node=step.node,
        question=node.question.in_language(language) if node else step.node,
        answers=tuple(
            ExplainedAnswer(a.slug, a.label.in_language(language), a.slug == step.answer, a.slug == step.suggested)
            for a in (node.answers if node else ())
        ),
        is_risk=bool(node and node.risk),
        is_task=bool(node and node.task),
        by_person=step.by == PERSON if isinstance(step, Step) else step.answer is not None,
        because=reason_in_words(step.because, hits) if step.because else "",
        skipped=tuple(dict.fromkeys(skipped_in_words(skipped) for skipped in step.skipped)),
    )


def _name(key: str | None) -> str | None:
    return key.partition("/")[2] if key else None

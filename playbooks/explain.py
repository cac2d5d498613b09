"""Puts a path into words: for the API as contract, for people in their language, from the versions it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from playbooks import decision_tree, rules
from playbooks.path import PERSON, Path, Problem, Risk, Step
from playbooks.rules import Held, Reason, Skipped
from playbooks.tree import Node, Outcome, Tree
from playbooks.vocabulary import label_of, value_in_words

PROBLEMS = {
    "answer_not_offered": _("This answer is not offered by the question."),
    "dead_end": _("The way leads nowhere."),
    "incomplete_outcome": _("The outcome lacks a part that it needs."),
    "loop": _("The way leads back to a question that was already asked."),
    "missing_translation": _("A text is missing in one language."),
    "name_twice": _("A question and an outcome have the same short name."),
    "risk_denied": _("A risk question must never be pre-answered “no”."),
    "risk_without_no": _("A risk question needs the answer “no”."),
    "task_hinted": _("A task can only be confirmed by a person; it takes no hints."),
    "unknown_fact": _("The rule names a fact that is not in the vocabulary."),
    "unknown_question": _("The answer belongs to no question of these playbooks."),
    "unknown_role": _("The role does not exist."),
    "unknown_template": _("The template does not exist."),
    "unknown_tree": _("The playbook does not exist or is not published."),
    "unknown_urgency": _("The urgency does not exist."),
    "unknown_value": _("The fact never has this value."),
    "unknown_word_list": _("The word list does not exist."),
    "unreachable": _("No answer leads here."),
    "wrong_operator": _("The comparison does not fit the kind of the fact."),
}
# The reasons of rules that could not be evaluated, as `playbooks.rules` and `decision_tree` store them.
REASONS = {
    rules.NO_VALUE: _("it is not yet computed"),
    rules.NOT_A_NUMBER: _("its value is not a number"),
    rules.NOT_YES_OR_NO: _("its value is not yes or no"),
    rules.NOT_TEXT: _("its value is neither a text nor a set of texts"),
    rules.NOT_COMPARABLE: _("its value is of another kind than the rule expects"),
    rules.UNKNOWN_OPERATOR: _("the rule uses an unknown operator"),
    decision_tree.NEVER_DENIED: _("a risk question is never pre-answered no"),
    decision_tree.NOT_OFFERED: _("it suggests an answer that the question does not offer"),
}


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


def explained_steps(path: Path, trees: Mapping[str, Tree]) -> list[ExplainedStep]:
    """The steps of a path in the reader's language; `trees` are the versions that it names (`trees_of`)."""
    return [_explained(step, trees) for step in path.steps]


def explained_risks(path: Path, trees: Mapping[str, Tree]) -> list[ExplainedStep]:
    """The risk questions with a rule that fired, on the way or off it."""
    return [_explained(risk, trees) for risk in path.fired_risks]


def outcome_of(path: Path, trees: Mapping[str, Tree]) -> Outcome | None:
    """The whole outcome that the path ended at."""
    leaf = path.leaf
    return trees[leaf.playbook].outcomes.get(leaf.outcome) if leaf and leaf.playbook in trees else None


def node_of(key: str, trees: Mapping[str, Tree]) -> Node | None:
    """The question behind a key like `scenario-map/danger`."""
    slug, _slash, name = key.partition("/")
    return trees[slug].nodes.get(name) if slug in trees else None


def reason_in_words(reason: Reason) -> str:
    """Why a rule fired: “names or tags us: yes · hits of watched names: 2 (at least 1)”."""
    return " · ".join(_held_in_words(held) for held in reason.held)


def skipped_in_words(skipped: Skipped) -> str:
    """Which fact a rule lacked, and why; reasons that triage states are translated by its own catalogue."""
    reason = str(REASONS.get(skipped.reason) or gettext(skipped.reason))
    return f"{label_of(skipped.fact)}: {reason}" if skipped.fact else f"{skipped.rule}: {reason}"


def problem_in_words(problem: Problem) -> str:
    sentence = str(PROBLEMS.get(problem.code, problem.code))
    return f"{sentence} ({', '.join(part for part in (problem.at, problem.detail) if part)})"


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


def _explained(step: Step | Risk, trees: Mapping[str, Tree]) -> ExplainedStep:
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
        because=reason_in_words(step.because) if step.because else "",
        skipped=tuple(dict.fromkeys(skipped_in_words(skipped) for skipped in step.skipped)),
    )


def _held_in_words(held: Held) -> str:
    words = f"{label_of(held.fact)}: {value_in_words(held.fact, held.value)}"
    if held.op == "gte":
        return gettext("%(fact)s (at least %(bound)s)") % {"fact": words, "bound": value_in_words("", held.expected)}
    if held.op == "lte":
        return gettext("%(fact)s (at most %(bound)s)") % {"fact": words, "bound": value_in_words("", held.expected)}
    return words


def _name(key: str | None) -> str | None:
    return key.partition("/")[2] if key else None

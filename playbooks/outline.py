"""A whole tree as a person reads it: what the admin shows instead of JSON."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from playbooks.outcome_words import details
from playbooks.rules import Rule
from playbooks.tree import JUMP, Answer, Node, Outcome, Tree
from playbooks.words import rule_in_words


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer and what follows it; `target` is a short name in the same tree, empty for a jump."""

    label: str
    target: str
    leads_to: str


@dataclass(frozen=True, slots=True)
class Question:
    slug: str
    text: str
    marks: tuple[str, ...]
    answers: tuple[AnswerLine, ...]
    hints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    slug: str
    text: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    credit: str
    is_strict: bool
    questions: tuple[Question, ...]
    endings: tuple[Ending, ...]
    checklist: tuple[str, ...]


def outline(tree: Tree, roles: Mapping[str, str]) -> Outline:
    """The tree in the reader's language, in its own order; `roles` are the names of the roles."""
    language = get_language() or "en"
    return Outline(
        credit=tree.credit,
        is_strict=tree.is_strict,
        questions=tuple(_question(tree, node, language) for node in tree.nodes.values()),
        endings=tuple(_ending(outcome, language, roles) for outcome in tree.outcomes.values()),
        checklist=tuple(line.in_language(language) for line in tree.checklist.values()),
    )


def _question(tree: Tree, node: Node, language: str) -> Question:
    marks = [(node.risk, gettext("risk question")), (node.task, gettext("task"))]
    return Question(
        slug=node.slug,
        text=node.question.in_language(language),
        marks=tuple(word for is_set, word in marks if is_set),
        answers=tuple(_answer(tree, answer, language) for answer in node.answers),
        hints=tuple(_hint(node, hint, language) for hint in node.hints),
    )


def _answer(tree: Tree, answer: Answer, language: str) -> AnswerLine:
    label = answer.label.in_language(language)
    if answer.to.startswith(JUMP):
        leads_to = gettext("the playbook “%(playbook)s”") % {"playbook": answer.to.removeprefix(JUMP)}
        return AnswerLine(label, "", leads_to)
    if answer.to in tree.nodes:
        return AnswerLine(label, answer.to, tree.nodes[answer.to].question.in_language(language))
    ending = tree.outcomes.get(answer.to)
    return AnswerLine(label, answer.to, ending.text.in_language(language) if ending else answer.to)


def _hint(node: Node, hint: Rule, language: str) -> str:
    suggested = node.answer(hint.suggest)
    label = suggested.label.in_language(language) if suggested else hint.suggest
    return gettext("“%(answer)s” if %(rule)s") % {"answer": label, "rule": rule_in_words(hint)}


def _ending(outcome: Outcome, language: str, roles: Mapping[str, str]) -> Ending:
    told = tuple(f"{name}: {value}" for name, value in details(outcome, roles))
    return Ending(outcome.slug, outcome.text.in_language(language), told)

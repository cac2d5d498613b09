"""What the pages of the editor show beside their forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from playbooks.changes import changed_marks, changes_in_words
from playbooks.drawing import drawing
from playbooks.models import Disposition, PlaybookVersion
from playbooks.outline import outline
from playbooks.path import Problem
from playbooks.publish import problems_of
from playbooks.screens import before
from playbooks.targets import role_names
from playbooks.tree import JUMP, Node, Tree
from playbooks.tree_schema import tree_from_text
from playbooks.words import problem_in_words


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question in the list. `answers`: label and where it leads, each in words."""

    slug: str
    number: int
    text: str
    kind: str
    answers: tuple[tuple[str, str], ...]
    is_start: bool
    troubles: int


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    slug: str
    do: str
    label: str
    text: str
    troubles: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """One problem in words, and the page on which it is solved."""

    words: str
    href: str


def desk_address(version: PlaybookVersion) -> str:
    return reverse("admin:playbooks_playbookversion_change", args=[version.pk])


def frame_of(version: PlaybookVersion) -> dict[str, Any]:
    return {"version": version, "playbook": version.playbook, "title": str(version), "opts": version._meta}


def desk_screen(version: PlaybookVersion, is_editable: bool, may_publish: bool) -> dict[str, Any]:
    tree, old = tree_from_text(version.content), before(version)
    older = tree_from_text(old.content) if old else None
    found = problems_of(version) if version.state == PlaybookVersion.State.DRAFT else ()
    language = get_language() or "en"
    return {
        "is_editable": is_editable,
        "may_publish": may_publish,
        "questions": list(_questions(tree, found, language)),
        "outcomes": list(_outcomes(tree, found, language)),
        "troubles": [Trouble(problem_in_words(problem), _page_of(version, tree, problem)) for problem in found],
        "drawing": drawing(tree, href=lambda slug: _edit(version, tree, slug) if is_editable else f"#outline-{slug}",
                           marks=changed_marks(older, tree)),
        "outline": outline(tree, role_names()),
        "changes": changes_in_words(older, tree),
        "old": old,
    }  # fmt: skip


def _questions(tree: Tree, found: tuple[Problem, ...], language: str) -> Iterator[QuestionRow]:
    for number, node in enumerate(tree.nodes.values(), start=1):
        yield QuestionRow(
            slug=node.slug,
            number=number,
            text=node.question.in_language(language) or node.slug,
            kind="risk" if node.risk else "task" if node.task else "",
            answers=tuple(_answers(tree, node, language)),
            is_start=tree.start == node.slug,
            troubles=_troubles(tree, found, node.slug),
        )


def _outcomes(tree: Tree, found: tuple[Problem, ...], language: str) -> Iterator[OutcomeRow]:
    words = dict(Disposition.choices)
    for one in tree.outcomes.values():
        text = one.text.in_language(language) or one.slug
        yield OutcomeRow(one.slug, one.do, str(words[one.do]), text, _troubles(tree, found, one.slug))


def _answers(tree: Tree, node: Node, language: str) -> Iterator[tuple[str, str]]:
    numbers = {slug: number for number, slug in enumerate(tree.nodes, start=1)}
    for answer in node.answers:
        label = answer.label.in_language(language) or answer.slug
        if answer.to in numbers:
            yield label, f"{numbers[answer.to]}"
        elif answer.to in tree.outcomes:
            yield label, tree.outcomes[answer.to].text.in_language(language) or answer.to
        elif answer.to.startswith(JUMP):
            yield label, gettext("the playbook “%(playbook)s”") % {"playbook": answer.to.removeprefix(JUMP)}
        else:
            yield label, gettext("nowhere yet")


def _troubles(tree: Tree, found: tuple[Problem, ...], slug: str) -> int:
    return sum(_slug_of(problem) == slug for problem in found)


def _slug_of(problem: Problem) -> str:
    """The question or outcome that a problem belongs to; empty for the tree as a whole."""
    return [*problem.at.split("/"), ""][1]


def _page_of(version: PlaybookVersion, tree: Tree, problem: Problem) -> str:
    slug = _slug_of(problem)
    if slug in tree.nodes or slug in tree.outcomes:
        return _edit(version, tree, slug)
    return reverse("admin:playbooks_editor_frame", args=[version.pk])


def _edit(version: PlaybookVersion, tree: Tree, slug: str) -> str:
    kind = "question" if slug in tree.nodes else "outcome"
    return reverse(f"admin:playbooks_editor_{kind}", args=[version.pk, slug])

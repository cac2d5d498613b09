"""Changes to a tree, each a new tree: the editor reads a draft, applies one of these and writes it back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from playbooks.tree import Answer, Node, Outcome, Text, Tree

T = TypeVar("T")
EMPTY = Text("", "")
MOST_LETTERS = 48


def with_node(tree: Tree, node: Node) -> Tree:
    """The question takes the place of the one with its short name, or comes last; the first of all is the start."""
    nodes = {**tree.nodes, node.slug: node}
    return replace(tree, nodes=nodes, start=tree.start if tree.start in nodes else node.slug)


def with_outcome(tree: Tree, outcome: Outcome) -> Tree:
    return replace(tree, outcomes={**tree.outcomes, outcome.slug: outcome})


def without(tree: Tree, slug: str) -> Tree:
    """Answers that led there keep saying so: the check names each of them."""
    return replace(tree, nodes=_less(tree.nodes, slug), outcomes=_less(tree.outcomes, slug))


def moved(tree: Tree, slug: str, place: int) -> Tree:
    """The question stands at this place of the order, counted from 0 without it."""
    order = [name for name in tree.nodes if name != slug]
    order.insert(max(0, place), slug)
    return replace(tree, nodes={name: tree.nodes[name] for name in order})


def with_stubs(tree: Tree, node: Node, new: Mapping[str, str]) -> tuple[Tree, str]:
    """The tree with the question, and with an empty question or outcome for each answer that leads to something new.

    `new`: what such an answer says → question | outcome. Also returns the short name of the first that was made.
    """
    tree, made, answers = with_node(tree, node), "", []
    for answer in node.answers:
        if answer.to in new:
            slug = free_slug(answer.label.en or answer.slug, {*tree.nodes, *tree.outcomes})
            if new[answer.to] == "question":
                tree = with_node(tree, Node(slug, EMPTY, ()))
            else:
                tree = with_outcome(tree, Outcome(slug, "respond", EMPTY))
            made, answer = made or slug, replace(answer, to=slug)
        answers.append(answer)
    return with_node(tree, replace(node, answers=tuple(answers))), made


def free_slug(text: str, taken: Iterable[str]) -> str:
    """A short name out of a wording: small letters and digits, not one that is taken."""
    taken = set(taken)
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:MOST_LETTERS].rstrip("_") or "item"
    number, slug = 2, plain
    while slug in taken:
        slug, number = f"{plain}_{number}", number + 1
    return slug


def leading_to(tree: Tree, slug: str) -> list[tuple[Node, Answer]]:
    """Every answer that leads to this question or outcome."""
    return [(node, answer) for node in tree.nodes.values() for answer in node.answers if answer.to == slug]


def _less(parts: Mapping[str, T], slug: str) -> dict[str, T]:
    return {name: part for name, part in parts.items() if name != slug}

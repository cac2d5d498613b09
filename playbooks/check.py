"""Finds what is wrong with a tree before it goes live: loops, dead ends, unknown facts, missing translations …"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playbooks.path import Problem
from playbooks.rules import Condition, Rule
from playbooks.tree import JUMP, Node, Outcome, Text, Tree
from playbooks.vocabulary import OPERATORS, Kind, spec_of, word_list_of

SAFE = "no"


@dataclass(frozen=True, slots=True)
class Agreed:
    """The short names that a tree may use; None leaves a kind unchecked."""

    roles: frozenset[str] | None = None
    urgencies: frozenset[str] | None = None
    templates: frozenset[str] | None = None
    word_lists: frozenset[str] | None = None


NOTHING_AGREED = Agreed()


def problems(trees: Mapping[str, Tree], slug: str, agreed: Agreed = NOTHING_AGREED) -> tuple[Problem, ...]:
    """Everything wrong with the tree `slug` beside the others that it may jump into; empty if it may go live."""
    tree = trees[slug]
    return (
        *_missing_translations(tree),
        *_wrong_hints(tree),
        *_unknown_names(tree, agreed),
        *_incomplete(tree),
        *_dead_ends(trees, tree),
        *_unreachable(tree),
        *_loops(trees, tree),
    )


def rule_problems(rule: Rule, at: str, agreed: Agreed = NOTHING_AGREED) -> Iterator[Problem]:
    """What keeps a rule from ever being evaluated; also for the rules of the severity matrix."""
    for condition in rule.conditions:
        yield from _condition_problems(condition, at, agreed)


def _condition_problems(condition: Condition, at: str, agreed: Agreed) -> Iterator[Problem]:
    spec = spec_of(condition.fact)
    if spec is None:
        yield Problem("unknown_fact", at, condition.fact)
        return
    if condition.op not in OPERATORS[spec.kind]:
        yield Problem("wrong_operator", at, f"{condition.fact} {condition.op}")
    elif not _fits(condition, spec.kind):
        yield Problem("wrong_value", at, f"{condition.fact} {condition.op} {condition.expected}")
    expected = condition.expected if isinstance(condition.expected, tuple) else (condition.expected,)
    if spec.choices and spec.kind in (Kind.TEXT, Kind.TEXTS):
        for text in expected:
            if text not in spec.choices:
                yield Problem("unknown_value", at, f"{condition.fact}: {text}")
    word_list = word_list_of(condition.fact)
    if word_list and agreed.word_lists is not None and word_list not in agreed.word_lists:
        yield Problem("unknown_word_list", at, word_list)


def _fits(condition: Condition, kind: Kind) -> bool:
    """Whether the rule compares the fact with a value of its kind; `in` takes at least one."""
    expected = condition.expected
    if condition.op == "in":
        return isinstance(expected, tuple) and bool(expected)
    if kind == Kind.YES_NO:
        return isinstance(expected, bool)
    if kind == Kind.NUMBER:
        return isinstance(expected, int | float) and not isinstance(expected, bool)
    return isinstance(expected, str)


def _missing_translations(tree: Tree) -> Iterator[Problem]:
    for at, text in _texts(tree):
        for language in ("en", "de"):
            if not text.in_language(language).strip():
                yield Problem("missing_translation", at, language)


def _texts(tree: Tree) -> Iterator[tuple[str, Text]]:
    yield tree.slug, tree.title
    for node in tree.nodes.values():
        yield tree.key(node.slug), node.question
        for answer in node.answers:
            yield f"{tree.key(node.slug)}/{answer.slug}", answer.label
    for outcome in tree.outcomes.values():
        yield tree.key(outcome.slug), outcome.text
        if outcome.extra_timer:
            yield tree.key(outcome.slug), outcome.extra_timer.name
    for slug, line in tree.checklist.items():
        yield tree.key(slug), line


def _wrong_hints(tree: Tree) -> Iterator[Problem]:
    for node in tree.nodes.values():
        at = tree.key(node.slug)
        if node.risk and node.answer(SAFE) is None:
            yield Problem("risk_without_no", at)
        if node.task and node.hints:
            yield Problem("task_hinted", at)
        for hint in node.hints:
            if node.risk and hint.suggest == SAFE:
                yield Problem("risk_denied", at)
            elif node.answer(hint.suggest) is None:
                yield Problem("answer_not_offered", at, hint.suggest)


def _unknown_names(tree: Tree, agreed: Agreed) -> Iterator[Problem]:
    for node in tree.nodes.values():
        for hint in node.hints:
            yield from rule_problems(hint, tree.key(node.slug), agreed)
    for outcome in tree.outcomes.values():
        at = tree.key(outcome.slug)
        for role in (*outcome.who, *outcome.approve, *outcome.notify):
            yield from _unless_agreed(agreed.roles, role, "unknown_role", at)
        yield from _unless_agreed(agreed.urgencies, outcome.urgency, "unknown_urgency", at)
        yield from _unless_agreed(agreed.templates, outcome.template, "unknown_template", at)


def _unless_agreed(names: frozenset[str] | None, name: str, code: str, at: str) -> Iterator[Problem]:
    if name and names is not None and name not in names:
        yield Problem(code, at, name)


def _incomplete(tree: Tree) -> Iterator[Problem]:
    for outcome in tree.outcomes.values():
        for key in _lacking(outcome):
            yield Problem("incomplete_outcome", tree.key(outcome.slug), key)


def _lacking(outcome: Outcome) -> list[str]:
    needed = {"respond": ("urgency",), "escalate": ("urgency", "level", "who"), "ignore": ()}
    return [key for key in needed[outcome.do] if not getattr(outcome, key)]


def _dead_ends(trees: Mapping[str, Tree], tree: Tree) -> Iterator[Problem]:
    if tree.start not in tree.nodes:
        yield Problem("dead_end", tree.slug, tree.start)
    for slug in tree.nodes.keys() & tree.outcomes.keys():
        yield Problem("name_twice", tree.key(slug))
    for node in tree.nodes.values():
        if not node.answers:
            yield Problem("dead_end", tree.key(node.slug))
        for answer in node.answers:
            yield from _lost(trees, tree, node, answer.to)


def _lost(trees: Mapping[str, Tree], tree: Tree, node: Node, to: str) -> Iterator[Problem]:
    if to.startswith(JUMP):
        if to.removeprefix(JUMP) not in trees:
            yield Problem("unknown_tree", tree.key(node.slug), to)
    elif to not in tree.nodes and to not in tree.outcomes:
        yield Problem("dead_end", tree.key(node.slug), to)


def _unreachable(tree: Tree) -> Iterator[Problem]:
    reached: set[str] = set()
    ahead = [tree.start]
    while ahead:
        slug = ahead.pop()
        if slug in tree.nodes and slug not in reached:
            ahead.extend(answer.to for answer in tree.nodes[slug].answers)
        reached.add(slug)
    for slug in (*tree.nodes, *tree.outcomes):
        if slug not in reached:
            yield Problem("unreachable", tree.key(slug))


def _loops(trees: Mapping[str, Tree], tree: Tree) -> Iterator[Problem]:
    """Every answer of this tree that leads back to a question on the way to it, also through other trees."""
    done: set[str] = set()
    way: dict[str, None] = {}
    ahead: list[tuple[str, Iterator[str]]] = [_open(trees, tree.slug + "/" + tree.start)]
    way[ahead[0][0]] = None
    while ahead:
        key, targets = ahead[-1]
        target = next(targets, None)
        if target is None:
            ahead.pop()
            way.pop(key)
            done.add(key)
        elif target in way:
            yield Problem("loop", key, target)
        elif target not in done:
            way[target] = None
            ahead.append(_open(trees, target))


def _open(trees: Mapping[str, Tree], key: str) -> tuple[str, Iterator[str]]:
    """A question, and the questions that its answers lead to."""
    slug, _, name = key.partition("/")
    tree = trees.get(slug)
    node = tree.nodes.get(name) if tree else None
    answers = node.answers if node else ()
    return key, (_key_of(trees, slug, answer.to) for answer in answers)


def _key_of(trees: Mapping[str, Tree], slug: str, to: str) -> str:
    if not to.startswith(JUMP):
        return f"{slug}/{to}"
    other = to.removeprefix(JUMP)
    return f"{other}/{trees[other].start}" if other in trees else to

"""Each kind of mistake in a tree is found, and the starter trees have none."""

import pytest

from accounts.roles import ROLES
from playbooks.check import Agreed, problems
from playbooks.path import Problem
from playbooks.tree import Tree
from playbooks.tree_schema import parse_tree
from playbooks.words import PROBLEMS, problem_in_words
from tests.playbooks.trees import starter

TEXT = {"en": "Well?", "de": "Nun?"}
FIRST = {"q": TEXT, "answers": {"yes": "out", "no": "out"}, "labels": {"yes": TEXT, "no": TEXT}}
OUT = {"do": "respond", "urgency": "today", **TEXT}
AGREED = Agreed(
    roles=frozenset({"pr_lead"}),
    urgencies=frozenset({"today"}),
    templates=frozenset({"thanks"}),
    word_lists=frozenset({"danger"}),
)


def tree_with(first: dict | None = None, out: dict | None = None, nodes: dict | None = None, **more) -> Tree:
    data = {
        "tree": "t",
        "version": 1,
        "title": TEXT,
        "start": "first",
        "nodes": {"first": FIRST | (first or {}), **(nodes or {})},
        "outcomes": {"out": OUT | (out or {})},
    }
    return parse_tree(data | more)


def hint(suggest: str = "yes", **condition) -> dict:
    return {"hint": [{"suggest": suggest, "all": [condition or {"f": "mention.direct", "is": True}]}]}


@pytest.mark.parametrize("slug", sorted(starter().trees))
def test_the_starter_trees_have_no_problems(slug):
    common = starter().common
    agreed = Agreed(frozenset(ROLES), frozenset(common.urgency), frozenset(common.templates))

    assert problems(starter().trees, slug, agreed) == ()


def test_a_sound_tree_has_no_problems():
    tree = tree_with(hint(f="text.lex.danger", gte=1), {"who": ["pr_lead"], "template": "thanks"})

    assert problems({"t": tree}, "t", AGREED) == ()


@pytest.mark.parametrize(
    ("tree", "problem"),
    [
        (tree_with(hint(f="text.mood", gte=1)), Problem("unknown_fact", "t/first", "text.mood")),
        (tree_with(hint(f="kb.match", **{"is": True})), Problem("wrong_operator", "t/first", "kb.match is")),
        (tree_with(hint(f="author.kind", **{"in": ["x"]})), Problem("unknown_value", "t/first", "author.kind: x")),
        (tree_with(hint(f="author.kind", eq="x")), Problem("unknown_value", "t/first", "author.kind: x")),
        (tree_with(hint(f="author.kind", eq=3)), Problem("wrong_value", "t/first", "author.kind eq 3")),
        (tree_with(hint(f="kb.match", eq="high")), Problem("wrong_value", "t/first", "kb.match eq high")),
        (tree_with(hint(f="author.flags", **{"in": []})), Problem("wrong_value", "t/first", "author.flags in ()")),
        (tree_with(out={"extra_timer": {"name": {"en": "Notice"}, "due": "72h"}}),
         Problem("missing_translation", "t/out", "de")),
        (tree_with(hint(f="text.lex.cats", gte=1)), Problem("unknown_word_list", "t/first", "cats")),
        (tree_with(hint("maybe")), Problem("answer_not_offered", "t/first", "maybe")),
        (tree_with({"risk": True} | hint("no")), Problem("risk_denied", "t/first")),
        (tree_with({"task": True} | hint()), Problem("task_hinted", "t/first")),
        (tree_with({"risk": True, "answers": {}, "labels": {}}), Problem("risk_without_no", "t/first")),
        (tree_with({"q": {"en": "Well?"}}), Problem("missing_translation", "t/first", "de")),
        (tree_with(title={"de": "Nun"}), Problem("missing_translation", "t", "en")),
        (tree_with({"labels": {"no": TEXT}}), Problem("missing_translation", "t/first/yes", "en")),
        (tree_with(out={"de": " "}), Problem("missing_translation", "t/out", "de")),
        (tree_with({"answers": {}, "labels": {}}), Problem("dead_end", "t/first")),
        (tree_with({"answers": {"yes": "out", "no": "gone"}}), Problem("dead_end", "t/first", "gone")),
        (tree_with(start="gone"), Problem("dead_end", "t", "gone")),
        (tree_with({"answers": {"yes": "out", "no": "tree:gone"}}), Problem("unknown_tree", "t/first", "tree:gone")),
        (tree_with({"answers": {"yes": "out", "no": "first"}}), Problem("loop", "t/first", "t/first")),
        (tree_with({"answers": {"yes": "out", "no": "tree:t"}}), Problem("loop", "t/first", "t/first")),
        (tree_with(nodes={"far": FIRST}), Problem("unreachable", "t/far")),
        (tree_with(nodes={"out": FIRST}), Problem("name_twice", "t/out")),
        (tree_with(out={"who": ["king"]}), Problem("unknown_role", "t/out", "king")),
        (tree_with(out={"urgency": "soon"}), Problem("unknown_urgency", "t/out", "soon")),
        (tree_with(out={"template": "poem"}), Problem("unknown_template", "t/out", "poem")),
        (tree_with(out={"urgency": ""}), Problem("incomplete_outcome", "t/out", "urgency")),
        (tree_with(out={"do": "escalate", "level": "L3"}), Problem("incomplete_outcome", "t/out", "who")),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_is_found(tree, problem):
    assert problem in problems({"t": tree}, "t", AGREED)
    assert problem.code in PROBLEMS
    assert problem.at in problem_in_words(problem)


def test_a_loop_through_another_tree_is_found():
    there = tree_with({"answers": {"yes": "out", "no": "tree:u"}})
    back = tree_with({"answers": {"yes": "out", "no": "tree:t"}}, tree="u")

    assert Problem("loop", "u/first", "t/first") in problems({"t": there, "u": back}, "t", AGREED)


def test_a_deep_tree_is_checked_without_recursion():
    nodes = {f"n{i}": FIRST | {"answers": {"yes": f"n{i + 1}", "no": "out"}} for i in range(3000)}
    tree = tree_with({"answers": {"yes": "n0", "no": "out"}}, nodes={**nodes, "n3000": FIRST})

    assert problems({"t": tree}, "t", AGREED) == ()

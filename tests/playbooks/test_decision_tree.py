"""The walk on small trees made for one point each, and on every combination of facts."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.decision_tree import walk
from playbooks.path import Path, Problem
from playbooks.rules import NotComputable, facts_as_json, facts_from_json
from playbooks.tree import Tree
from playbooks.tree_schema import parse_tree
from playbooks.vocabulary import FACTS, LIST_FAMILY, LIST_PREFIX, WORD_LISTS, Kind, spec_of
from tests.playbooks.trees import CALM, starter, walk_map

TEXT = {"en": "Well?", "de": "Nun?"}


def make_tree(slug: str, nodes: dict, start: str = "first", **more) -> Tree:
    nodes = {name: {"q": TEXT} | node for name, node in nodes.items()}
    outcomes = {"out": {"do": "respond", "urgency": "today", **TEXT}, "other": {"do": "ignore", **TEXT}}
    data = {"tree": slug, "version": 1, "title": TEXT, "start": start, "nodes": nodes, "outcomes": outcomes} | more
    return parse_tree(data)


def hint(suggest: str, fact: str = "mention.direct", op: str = "is", expected: object = True) -> dict:
    return {"suggest": suggest, "all": [{"f": fact, op: expected}]}


def test_a_persons_answer_wins_over_a_hint_and_the_hint_stays_visible():
    tree = make_tree("t", {"first": {"answers": {"yes": "out", "no": "other"}, "hint": [hint("yes")]}})

    path = walk({"t": tree}, "t", {"mention.direct": True}, {"t/first": "no"})

    (step,) = path.steps
    assert (step.answer, step.by, step.suggested) == ("no", "person", "yes")
    assert step.because is not None
    assert (step.because.rule, step.because.value) == ("mention.direct is true", True)
    assert path.disposition == "ignore"


def test_the_first_hint_that_fires_suggests():
    hints = [hint("no", expected=False), hint("yes"), hint("no")]
    tree = make_tree("t", {"first": {"answers": {"yes": "out", "no": "other"}, "hint": hints}})

    assert walk({"t": tree}, "t", {"mention.direct": True}, {}).outcome == "out"


def test_a_risk_question_is_passed_as_if_denied_and_named():
    nodes = {
        "first": {"risk": True, "answers": {"yes": "other", "no": "second"}, "hint": [hint("yes")]},
        "second": {"answers": {"yes": "out"}},
    }
    tree = make_tree("t", nodes)

    path = walk({"t": tree}, "t", {"mention.direct": False}, {})

    assert path.to_confirm == ("t/first",)
    assert path.steps[0].answer is None
    assert path.open_question == "t/second"


def test_a_confirmed_risk_question_needs_no_confirmation_any_more():
    tree = make_tree("t", {"first": {"risk": True, "answers": {"yes": "other", "no": "out"}}})

    path = walk({"t": tree}, "t", {}, {"t/first": "no"})

    assert path.to_confirm == ()
    assert (path.steps[0].answer, path.steps[0].by) == ("no", "person")
    assert path.outcome == "out"


def test_a_risk_question_is_never_pre_answered_no():
    tree = make_tree("t", {"first": {"risk": True, "answers": {"yes": "other", "no": "out"}, "hint": [hint("no")]}})

    path = walk({"t": tree}, "t", {"mention.direct": True}, {})

    assert path.steps[0].suggested is None
    assert path.steps[0].skipped[0].reason == "a risk question is never pre-answered no"
    assert path.to_confirm == ("t/first",)


def test_a_fired_risk_is_listed_off_the_path_too():
    path = walk_map({"text.lex.danger": 1, "text.lex.legal": 1})
    irrelevant = walk_map({"mention.direct": False, "mention.brand_match": 0, "text.lex.danger": 2})

    assert [(risk.key, risk.on_path) for risk in path.fired_risks] == [
        ("scenario-map/danger", True),
        ("scenario-map/special", False),
    ]
    assert irrelevant.outcome == "out_ignore_irrelevant"
    assert [(risk.key, risk.on_path) for risk in irrelevant.fired_risks] == [("scenario-map/danger", False)]


def test_every_risk_question_of_every_tree_entered_is_looked_at():
    other = make_tree("other", {"first": {"answers": {"yes": "out"}}, "far": {"risk": True, "answers": {"no": "out"}}})
    tree = make_tree("t", {"first": {"answers": {"yes": "tree:other"}, "hint": [hint("yes")]}})

    path = walk({"t": tree, "other": other}, "t", {"mention.direct": True}, {"other/far": "no"})

    assert [(risk.key, risk.fired, risk.on_path, risk.answer) for risk in path.risks] == [
        ("other/far", False, False, "no")
    ]


def test_a_task_is_never_hinted():
    tree = make_tree("t", {"first": {"task": True, "answers": {"done": "out"}, "hint": [hint("done")]}})

    assert walk({"t": tree}, "t", {"mention.direct": True}, {}).open_question == "t/first"
    assert walk({"t": tree}, "t", {"mention.direct": True}, {"t/first": "done"}).outcome == "out"


@pytest.mark.parametrize(
    ("nodes", "answers", "problem"),
    [
        ({"first": {"answers": {"a": "first"}}}, {"t/first": "a"}, Problem("loop", "t/first", "first")),
        ({"first": {"answers": {"a": "tree:t"}}}, {"t/first": "a"}, Problem("loop", "t/first", "tree:t")),
        ({"first": {"answers": {"a": "gone"}}}, {"t/first": "a"}, Problem("dead_end", "t/first", "gone")),
        ({"first": {"answers": {"a": "tree:x"}}}, {"t/first": "a"}, Problem("unknown_tree", "t/first", "tree:x")),
        ({"first": {"answers": {"a": "out"}}}, {"t/first": "b"}, Problem("answer_not_offered", "t/first", "b")),
        ({"first": {"answers": {"a": "out"}}}, {"t/gone": "a"}, Problem("unknown_question", "t/gone", "a")),
        ({"first": {"answers": {"a": "out"}}}, {"nonsense": "a"}, Problem("unknown_question", "nonsense", "a")),
    ],
)
def test_what_is_wrong_stands_on_the_path(nodes, answers, problem):
    path = walk({"t": make_tree("t", nodes)}, "t", {}, answers)

    assert path.problems == (problem,)
    assert path.disposition is None


def test_an_unknown_start_is_a_path_without_steps():
    assert walk({}, "nowhere", {}, {}) == Path(problems=(Problem("unknown_tree", "", "tree:nowhere"),))
    assert walk({"t": make_tree("t", {}, start="gone")}, "t", {}, {}).problems[0].code == "dead_end"
    assert walk({"t": make_tree("t", {}, start="tree:t")}, "t", {}, {}).problems[0].code == "loop"


@pytest.mark.parametrize(
    ("op", "expected", "value", "reason"),
    [
        ("gte", 1, NotComputable("no record yet"), "no record yet"),
        ("gte", 1, None, "it is not yet computed"),
        ("gte", 1, "three", "its value is not a number"),
        ("gte", 1, True, "its value is not a number"),
        ("lte", 1, float("nan"), "its value is not a number"),
        ("is", True, 1, "its value is not yes or no"),
        ("in", ["a"], 7, "its value is neither a text nor a set of texts"),
        ("in", ["a"], [1], "its value is neither a text nor a set of texts"),
        ("eq", 1, "1", "its value is of another kind than the rule expects"),
        ("eq", 1, True, "its value is of another kind than the rule expects"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_says_why(op, expected, value, reason):
    tree = make_tree("t", {"first": {"answers": {"a": "out"}, "hint": [hint("a", "x.y", op, expected)]}})

    path = walk({"t": tree}, "t", {"x.y": value}, {})

    assert path.open_question == "t/first"
    assert [(s.fact, s.reason) for s in path.steps[0].skipped] == [("x.y", reason)]


@pytest.mark.parametrize(
    ("op", "expected", "value", "fires"),
    [
        ("gte", 1, 1, True),
        ("gte", 1, 0.99, False),
        ("lte", 0.2, 0, True),
        ("eq", 0, 0.0, True),
        ("eq", "vip", "vip", True),
        ("is", False, False, True),
        ("is", True, False, False),
        ("in", ["a", "b"], "b", True),
        ("in", ["a", "b"], frozenset({"b", "c"}), True),
        ("in", ["a", "b"], ["c"], False),
        ("in", ["a"], (), False),
        ("gte", 10**400, 10**401, True),
    ],
)
def test_the_operators_compare(op, expected, value, fires):
    tree = make_tree("t", {"first": {"answers": {"a": "out"}, "hint": [hint("a", "x.y", op, expected)]}})

    path = walk({"t": tree}, "t", {"x.y": value}, {})

    assert (path.outcome == "out") is fires
    assert path.steps[0].skipped == ()


def test_an_any_rule_fires_on_what_it_can_see():
    rule = {"suggest": "a", "any": [{"f": "x", "gte": 1}, {"f": "y", "gte": 1}]}
    tree = make_tree("t", {"first": {"answers": {"a": "out"}, "hint": [rule]}})

    seen = walk({"t": tree}, "t", {"x": NotComputable("later"), "y": 2}, {})
    unseen = walk({"t": tree}, "t", {"x": NotComputable("later"), "y": 0}, {})

    assert (seen.outcome, seen.steps[0].skipped) == ("out", ())
    assert seen.steps[0].because is not None
    assert (seen.steps[0].because.rule, seen.steps[0].because.value) == ("y is at least 1", 2)
    assert [skipped.fact for skipped in unseen.steps[0].skipped] == ["x"]


def test_a_rule_of_several_conditions_gives_every_value():
    because = next(
        step.because
        for step in walk_map({"text.sentiment": -0.5, "text.lex.experience": 1}).steps
        if step.node == "kind"
    )

    assert because is not None
    assert because.rule == "text.sentiment is at most -0.2 and text.lex.experience is at least 1"
    assert because.value == {"text.sentiment": -0.5, "text.lex.experience": 1}


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 100_000),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from(["customer", "journalist", "", "✓"]),
    st.frozensets(st.sampled_from(["repeat_provoker", "vip"])),
    st.lists(st.one_of(st.integers(), st.text(max_size=3)), max_size=2),
    st.builds(NotComputable),
)
KEYS = [*(key for key in FACTS if key != LIST_FAMILY), *(LIST_PREFIX + name for name in WORD_LISTS)]
QUESTIONS = [tree.key(node) for tree in starter().trees.values() for node in tree.nodes]
SLUGS = sorted(
    {answer.slug for tree in starter().trees.values() for node in tree.nodes.values() for answer in node.answers}
)
ANY_FACTS = st.dictionaries(st.sampled_from(KEYS), SCALARS)
ANY_ANSWERS = st.dictionaries(st.sampled_from([*QUESTIONS, "nowhere/else", "?"]), st.sampled_from([*SLUGS, "maybe"]))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([*starter().trees, "nowhere"]), ANY_FACTS, ANY_ANSWERS)
def test_every_walk_ends_and_is_a_function_of_its_input(start, facts, answers):
    trees = starter().trees

    path = walk(trees, start, facts, answers)

    assert path == walk(dict(reversed(trees.items())), start, dict(reversed(facts.items())), answers)
    assert sum(part is not None for part in (path.leaf, path.open_question)) + bool(path.problems) >= 1
    assert not (path.leaf and path.open_question)
    assert len({step.key for step in path.steps}) == len(path.steps)
    for step in path.steps:
        node = trees[step.playbook].nodes[step.node]
        assert not (node.risk and step.answer == "no" and step.by != "person")
        assert not (node.task and step.by == "hint")


OF_KIND = {
    Kind.YES_NO: st.booleans(),
    Kind.NUMBER: st.one_of(st.integers(-3, 100_000), st.floats()),
    Kind.TEXT: st.sampled_from(["customer", "journalist", "✓"]),
    Kind.TEXTS: st.frozensets(st.sampled_from(["repeat_provoker", "vip"])),
}
FITTING_FACTS = st.fixed_dictionaries(
    {},
    optional={key: st.one_of(st.none(), st.builds(NotComputable), OF_KIND[spec_of(key).kind]) for key in KEYS},
)


@settings(max_examples=200, deadline=None)
@given(FITTING_FACTS, ANY_ANSWERS)
def test_a_kept_path_and_kept_facts_give_the_same_path_again(facts, answers):
    trees = starter().trees
    path = walk(trees, "scenario-map", facts, answers)
    kept = facts_from_json(json.loads(json.dumps(facts_as_json(facts), allow_nan=False)))

    assert Path.from_json(json.loads(json.dumps(path.to_json(), allow_nan=False))) == path
    assert walk(trees, "scenario-map", kept, answers) == path


@given(ANY_FACTS)
def test_facts_of_any_shape_can_be_kept(facts):
    json.dumps(facts_as_json(facts), allow_nan=False)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_walk_through_any_graph_ends(data):
    names = [f"n{number}" for number in range(6)]
    targets = st.sampled_from([*names, "out", "other", "gone", "tree:a", "tree:b", "tree:c"])
    answers = st.dictionaries(st.sampled_from(["yes", "no", "maybe"]), targets, min_size=1)
    hints = st.lists(st.sampled_from([hint("yes"), hint("no"), hint("maybe"), hint("never")]), max_size=3)
    node = st.fixed_dictionaries({"answers": answers, "hint": hints, "risk": st.booleans(), "task": st.booleans()})
    graph = st.dictionaries(st.sampled_from(names), node)
    trees = {slug: make_tree(slug, data.draw(graph), data.draw(targets)) for slug in ("a", "b")}

    path = walk(
        trees,
        "a",
        {"mention.direct": True},
        data.draw(
            st.dictionaries(
                st.sampled_from([f"{slug}/{name}" for slug in trees for name in names]), st.sampled_from(["yes", "no"])
            )
        ),
    )

    assert (path.leaf is not None) + (path.open_question is not None) + bool(path.problems) >= 1
    assert len(path.steps) <= 12


def test_calm_facts_name_the_whole_vocabulary():
    assert set(CALM) == set(KEYS)

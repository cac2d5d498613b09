"""What changed between two versions is found, said in words and marked in the picture."""

from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.change_words import SENTENCES, change_in_words
from playbooks.differences import answer_marks, differences, marks
from playbooks.rules import Condition, Rule
from playbooks.tree import Answer, Node, Outcome, Text, Tree
from tests.playbooks.any_tree import ANY_TREE
from tests.playbooks.trees import starter

MAP = starter().trees["scenario-map"]
SHOP = Node("shop", Text("Is it about a shop?", "Geht es um einen Laden?"), (), ())
DIRECT = Rule((Condition("mention.direct", "is", True),), "all", "yes")


def with_node(slug: str, **fields) -> Tree:
    return replace(MAP, nodes={**MAP.nodes, slug: replace(MAP.nodes[slug], **fields)})


def with_outcome(slug: str, **fields) -> Tree:
    return replace(MAP, outcomes={**MAP.outcomes, slug: replace(MAP.outcomes[slug], **fields)})


def without(mapping, slug: str):
    return {key: value for key, value in mapping.items() if key != slug}


VALUE = MAP.nodes["value"]
QUESTION = "Does an answer add anything?"
LOOKED_AT = "“Does an answer add anything?” – "
SHARED = Text("Thank and share.", "Danken und, wenn passend, teilen.")
CASES = {
    "title": (replace(MAP, title=Text("Map", MAP.title.de)), ["Title in English: “Map” instead of “Scenario map”"]),
    "start": (
        replace(MAP, start="danger"),
        [
            "first question: “Does it report or threaten harm to people, or a crime?” instead of "
            "“Is this about us or a topic we own?”"
        ],
    ),
    "mode": (
        replace(MAP, mode="strict"),
        ["leaving the way: only once the tasks are confirmed instead of allowed, with a reason"],
    ),
    "added": (replace(MAP, nodes={**MAP.nodes, "shop": SHOP}), ["New question: “Is it about a shop?”"]),
    "removed": (
        replace(MAP, nodes=without(MAP.nodes, "value")),
        ["Question removed: “Does an answer add anything?”"],
    ),
    "moved": (
        replace(MAP, nodes={"value": VALUE, **without(MAP.nodes, "value")}),
        ["“Does an answer add anything?” now stands first"],
    ),
    "reworded": (
        with_node("value", question=Text(QUESTION, "Hilft eine Antwort?")),
        ["Question reworded in German: “Hilft eine Antwort?” instead of “Bringt eine Antwort etwas?”"],
    ),
    "marked": (with_node("value", risk=True), [LOOKED_AT + "risk question: yes instead of no"]),
    "answers": (
        with_node("value", answers=(*VALUE.answers, Answer("later", "rules", Text("Later", "Später")))),
        [LOOKED_AT + "new answer “Later”, leads to: Does it break the law or our house rules?"],
    ),
    "answer gone": (with_node("value", answers=VALUE.answers[:1]), [LOOKED_AT + "answer “No” was removed"]),
    "leads": (
        with_node("value", answers=(VALUE.answers[0], replace(VALUE.answers[1], to="tree:self-inflicted"))),
        [LOOKED_AT + "“No” leads to: the playbook “self-inflicted”; before: “Let it stand; a like is enough.”"],
    ),
    "swapped": (
        with_node("value", answers=VALUE.answers[::-1]),
        [LOOKED_AT + "the answer “Yes” stands elsewhere"],
    ),
    "hint": (
        with_node("value", hints=(*VALUE.hints, replace(DIRECT, suggest="no"))),
        [LOOKED_AT + "new hint: “No” if names or tags us: yes"],
    ),
    "hint changed": (
        with_node("value", hints=(DIRECT,)),
        [
            LOOKED_AT + "hint changed: “Yes” if names or tags us: yes; "
            "before: “Yes” if on or under one of our accounts: yes or names or tags us: yes"
        ],
    ),
    "hint gone": (
        with_node("value", hints=()),
        [LOOKED_AT + "hint removed: “Yes” if on or under one of our accounts: yes or names or tags us: yes"],
    ),
    "outcome": (
        with_outcome("out_respond_thanks", text=SHARED, urgency="today", who=("pr_lead", "legal"), watch="24h"),
        [
            "Outcome reworded in English: “Thank and share.” instead of “Thank and, if fitting, share.”",
            "Outcome “Thank and share.” – urgency: today instead of routine",
            "Outcome “Thank and share.” – who: PR lead, legal instead of community_manager",
            "Outcome “Thank and share.” – watch for: 24h instead of –",
        ],
    ),
    "outcome added": (
        replace(MAP, outcomes={**MAP.outcomes, "end": Outcome("end", "ignore", Text("Done.", "Fertig."))}),
        ["New outcome: “Done.”"],
    ),
    "checklist": (replace(MAP, checklist={"tone": Text("Kind?", "Nett?")}), ["Checklist: “Kind?” was added"]),
}


@pytest.mark.parametrize("case", CASES)
def test_each_change_is_said_in_words(case):
    new, sentences = CASES[case]

    found = differences(MAP, new)

    with translation.override("en"):
        assert [change_in_words(change, MAP, new, {"pr_lead": "PR lead"}) for change in found] == sentences


def test_changes_are_said_in_german_too():
    new = with_node("value", question=Text("Well?", "Bringt eine Antwort etwas?"), hints=())

    with translation.override("de"):
        said = [change_in_words(change, MAP, new) for change in differences(MAP, new)]

    assert said == [
        "Frage auf Englisch neu formuliert: „Well?“ statt „Does an answer add anything?“",
        "„Bringt eine Antwort etwas?“ – Hinweis entfernt: „Ja“, wenn auf oder unter einem unserer Konten: ja oder "
        "nennt oder markiert uns: ja",
    ]


def test_the_picture_knows_what_is_new_gone_and_changed():
    answers = (replace(VALUE.answers[0], to="shop"), *VALUE.answers[1:])
    nodes = {**without(MAP.nodes, "known"), "shop": SHOP, "value": replace(VALUE, answers=answers)}
    found = differences(MAP, replace(MAP, nodes=nodes))

    assert marks(found) == {"shop": "added", "known": "removed", "value": "changed"}
    assert answer_marks(found) == {("value", "yes"): "changed"}


def test_a_question_that_moved_is_named_and_those_it_passed_are_not():
    slugs = [*without(MAP.nodes, "danger"), "danger"]
    moved = replace(MAP, nodes={slug: MAP.nodes[slug] for slug in slugs})

    assert [(change.code, change.at) for change in differences(MAP, moved)] == [("question_moved", "danger")]


@settings(max_examples=200, deadline=None)
@given(ANY_TREE, ANY_TREE, st.booleans())
def test_trees_differ_in_something_exactly_if_they_are_not_equal(old, new, same):
    new = replace(old, version=4) if same else new

    found = differences(old, new)

    equal = replace(new, version=old.version) == old and all(
        list(getattr(old, part)) == list(getattr(new, part)) for part in ("nodes", "outcomes", "checklist")
    )
    assert (found == ()) == equal
    assert {change.code for change in found} <= set(SENTENCES)
    for change in found:
        assert change_in_words(change, old, new)
    for slug, mark in marks(found).items():
        assert slug in {**old.nodes, **old.outcomes} if mark == "removed" else {**new.nodes, **new.outcomes}

"""A tree is drawn without a box over another, and with every word inside its box, also while it is unfinished."""

from dataclasses import replace
from itertools import combinations

import pytest

from playbooks.drawing import walked_drawings
from playbooks.lettering import width, wrapped
from playbooks.picture import HEAD, LETTERS, TALL, WIDE, Picture, Words, picture
from playbooks.tree import Answer, Node, Text, Tree
from tests.playbooks.trees import starter, walk_map

KINDS = {
    "question": "Question",
    "risk": "Risk question",
    "task": "Task",
    "respond": "Respond",
    "ignore": "Ignore",
    "escalate": "Escalate",
    "again": "On with %(number)s",
    "elsewhere": "Another playbook",
    "lost": "Leads nowhere",
}
TREES = ("scenario-map", "self-inflicted", "response-assessment")


def drawn(tree: Tree, format=WIDE, language: str = "en", walked=None) -> Picture:
    return picture(tree, Words(language, KINDS), format, walked)


def unfinished() -> Tree:
    """A loop, a dead end, and a question and an outcome that nothing leads to."""
    tree = starter().trees["self-inflicted"]
    source = tree.nodes["source"]
    yes = Text("Yes", "Ja")
    answers = (Answer("back", "source", yes), Answer("lost", "nobody-knows", yes))
    lonely = Node("lonely", Text("A" * 90, ""), answers)
    return replace(tree, start="source", nodes={"source": replace(source, answers=answers), "lonely": lonely})


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("format", [WIDE, TALL], ids=["wide", "tall"])
@pytest.mark.parametrize("name", [*TREES, "unfinished"])
def test_no_box_lies_over_another_and_every_word_is_inside(name, format, language):
    tree = unfinished() if name == "unfinished" else starter().trees[name]

    found = drawn(tree, format, language)

    for one, other in combinations(found.boxes, 2):
        apart = one.right < other.x or other.right < one.x or one.bottom < other.y or other.bottom < one.y
        assert apart, (one.to, other.to)
    for box in found.boxes:
        assert box.right <= found.width
        assert box.bottom <= found.height
        assert all(box.text.x + width(line, LETTERS) <= box.right for line in box.text.lines), box.to
        assert box.head.x + width(box.head.lines[0], HEAD) <= box.right, box.to
    assert {box.to for box in found.boxes} >= {*tree.nodes, *tree.outcomes}


def test_every_question_stands_once_and_is_pointed_to_elsewhere():
    found = drawn(starter().trees["self-inflicted"])

    asked = [box.to for box in found.boxes if box.kind in ("question", "risk", "task")]
    again = [box for box in found.boxes if box.kind == "again"]
    assert len(asked) == len(set(asked))
    assert {box.to for box in again} == {"seen"}
    assert {box.head.lines[0] for box in again} == {"On with 6"}


def test_kinds_differ_by_shape():
    boxes = drawn(starter().trees["scenario-map"]).boxes

    shapes = {box.kind: "".join(letter for letter in box.outline if letter.isalpha()) for box in boxes}
    assert shapes["risk"] != shapes["question"]
    assert shapes["escalate"] != shapes["respond"]


def test_an_unfinished_tree_says_what_leads_nowhere():
    kinds = {box.to: box.kind for box in drawn(unfinished()).boxes}

    assert kinds["nobody-knows"] == "lost"
    assert kinds["lonely"] == "question"


def test_the_way_of_a_mention_is_marked():
    walked = {"relevant": "yes", "danger": "yes", "out_escalate_safety": None}

    found = drawn(starter().trees["scenario-map"], walked=walked)

    assert [box.to for box in found.boxes if box.is_walked] == ["relevant", "danger", "out_escalate_safety"]
    assert sum(line.is_walked for line in found.lines) == 2


def test_a_path_is_drawn_in_every_tree_it_entered(db):
    """A risk question that it passed counts as confirmed."""
    path = walk_map({"mention.by_us": True})

    drawings = walked_drawings(path, starter().trees)

    assert [one.name for one in drawings] == ["picture-scenario-map", "picture-self-inflicted"]
    walked = [[shown.box.to for shown in one.sheets[0].boxes if shown.box.is_walked] for one in drawings]
    assert walked[0] == ["relevant", "danger", "ours", "self-inflicted"]
    assert walked[1][0] == "source"


def test_long_words_are_cut_and_long_texts_end_in_dots():
    assert wrapped("Donaudampfschifffahrt", 10, 60)[0].endswith("-")
    assert wrapped("one two three four five six", 10, 40, 2)[-1].endswith("…")

"""A file becomes a tree and a tree a file again; what is wrong is said with file, line and key."""

import copy
import random
from pathlib import Path

import pytest
import yaml

from playbooks.content import ContentError, Part
from playbooks.starter.read import FOLDER, TREES, read_starter
from playbooks.tree_schema import parse_rule, parse_tree, rule_as_data, tree_as_data, tree_as_text, tree_from_text
from playbooks.yaml_file import FileError, read_yaml
from tests.playbooks.trees import starter

SMALL = """\
tree: small
version: 1
title: {en: "Small", de: "Klein"}
start: first
nodes:
  first:
    q: {en: "Well?", de: "Nun?"}
    answers: {"yes": out}
    hint:
      - {suggest: "yes", all: [{f: mention.direct, is: true}]}
outcomes:
  out: {do: respond, urgency: today, en: "Answer.", de: "Antworten."}
"""


@pytest.mark.parametrize("slug", TREES)
def test_a_tree_survives_the_way_to_a_file_and_back(slug):
    tree = starter().trees[slug]

    assert parse_tree(tree_as_data(tree)) == tree
    assert tree_as_data(
        parse_tree(yaml.safe_load(yaml.safe_dump(tree_as_data(tree), sort_keys=False)))
    ) == tree_as_data(tree)
    assert tree_from_text(tree_as_text(tree)) == tree
    assert list(tree_from_text(tree_as_text(tree)).nodes) == list(tree.nodes)


@pytest.mark.parametrize("slug", TREES)
def test_a_file_says_the_same_as_its_tree(slug):
    """Nothing of the file is lost: only labels are written out and empty parts left out."""
    written = yaml.safe_load((FOLDER / f"{slug}.yaml").read_text(encoding="utf-8"))
    kept = tree_as_data(starter().trees[slug])

    for node in kept["nodes"].values():
        node.pop("labels")
    for node in written["nodes"].values():
        node.pop("labels", None)
    assert kept == written


def test_anchors_are_expanded_and_labels_written_out():
    trees = starter().trees

    spread = trees["scenario-map"].nodes["spread_issue"]
    assert spread.hints == trees["scenario-map"].nodes["spread"].hints
    yes = spread.answer("yes")
    assert yes is not None
    assert (yes.label.en, yes.label.de) == ("Yes", "Ja")


def test_a_rule_survives_too():
    for row in starter().matrix.rules:
        for rule in row.rules:
            assert parse_rule(Part(rule_as_data(rule))) == rule


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("version: 1\n", "", "small.yaml, line 1: The key version is missing."),
        ("version: 1", 'version: "1"', "small.yaml, line 2: version: A whole number is expected here."),
        ("start: first", "start: first\nstart: second", "small.yaml, line 5: The key start stands here twice."),
        ("start: first", "strat: first", "small.yaml, line 4: strat: This key is unknown; known are: tree,"),
        ('"yes": out', "yes: out", "small.yaml, line 8: nodes › first › answers: The key True is no text;"),
        ('{"yes": out}', "[out]", "small.yaml, line 8: nodes › first › answers: A mapping is expected here."),
        ("q: {en", "q: {fr", "small.yaml, line 7: nodes › first › q › fr: This key is unknown; known are: en, de."),
        ("is: true", "is: maybe", "small.yaml, line 10: nodes › first › hint › 0 › all › 0 › is: true or false"),
        ("is: true", "gte: 1, lte: 3", "hint › 0 › all › 0: A condition has exactly one of: gte, lte, eq, in, is."),
        ("is: true", "gte: many", "small.yaml, line 10: nodes › first › hint › 0 › all › 0 › gte: A number"),
        ("all: [{f: mention.direct, is: true}]", "all: []", "A rule has at least one condition."),
        ("all: [", "none: [", "hint › 0 › none: This key is unknown; known are: all, any, suggest."),
        ("  first:\n", "  First one:\n", "small.yaml, line 6: nodes › First one: A short name has small letters"),
        ("do: respond", "do: panic", "outcomes › out › do: One of these is expected here: respond, ignore, escalate."),
        ("urgency: today", "watch: soon", "small.yaml, line 12: outcomes › out › watch: A duration is a number"),
        ("    hint:", "    labels: {maybe: {en: x, de: y}}\n    hint:", "maybe is no answer of this question."),
        ("title: {", "title: {{", "small.yaml, line 4: This is no YAML: expected ',' or '}'"),
        ("tree: small", "tree: !!python/object/apply:os.system [ls]", "small.yaml, line 1: This is no YAML: "),
        (SMALL, "", "small.yaml, line 1: A mapping is expected here."),
        (SMALL, "just words", "small.yaml, line 1: A mapping is expected here."),
        (SMALL, "a: \x00", "small.yaml, line 1: This is no YAML: "),
    ],
)
def test_a_wrong_file_is_one_sentence_with_its_place(old, new, sentence):
    assert SMALL.count(old) == 1

    with pytest.raises(FileError) as error:
        read_yaml("small.yaml", SMALL.replace(old, new), parse_tree)

    assert sentence in str(error.value)


def test_whatever_is_broken_in_a_tree_is_one_clear_error():
    """Takes the map apart at 300 places: each is read as it is, or refused with its place."""
    chance, reasons = random.Random(7), []
    whole = tree_as_data(starter().trees["scenario-map"])
    for _round in range(300):
        data = copy.deepcopy(whole)
        place = data
        while isinstance(place, dict | list) and place and chance.random() < 0.8:
            parent, key = place, chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
            place = parent[key]
        parent[key] = chance.choice([None, 7, "", [], {}, True, {"x": 1}, ["x"], -1.5, "tree:"])
        try:
            parse_tree(data)
        except ContentError as error:
            reasons.append(error.reason)
    assert len(reasons) > 100
    assert all(reasons)


def test_a_missing_starter_file_names_itself(tmp_path: Path):
    with pytest.raises(FileError, match=r"common\.yaml cannot be read"):
        read_starter(tmp_path)

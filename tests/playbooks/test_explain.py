"""A path in words: as the API gives it, and as people read it in both languages."""

import pytest
from django.utils import translation

from playbooks.decision_tree import open_tasks
from playbooks.explain import explained_risks, explained_steps, node_of, outcome_of, path_as_json
from playbooks.rules import NotComputable
from playbooks.vocabulary import FACTS, label_of
from playbooks.words import PROBLEMS, REASONS, problem_in_words
from tests.playbooks.trees import starter, walk_map

TREES = starter().trees


def test_the_api_shows_the_path_as_the_contract_says():
    shown = path_as_json(walk_map({"text.is_question": True}), TREES)

    assert shown["disposition"] == "respond"
    assert shown["outcome"] == "out_respond_interim"
    assert shown["open_question"] is None
    assert shown["to_confirm"] == ["danger", "ours", "special"]
    assert shown["path"][0] | {"skipped": []} == {
        "playbook": "scenario-map",
        "version": 1,
        "node": "relevant",
        "question": "Is this about us or a topic we own?",
        "answer": "yes",
        "by": "hint",
        "because": {"rule": "mention.direct is true", "value": True},
        "skipped": [],
    }
    assert [(step["node"], step["answer"]) for step in shown["path"]] == [
        ("relevant", "yes"),
        ("danger", None),
        ("ours", None),
        ("special", None),
        ("crisis", "no"),
        ("kind", "question"),
        ("known", "no"),
    ]


def test_an_open_question_leaves_disposition_and_outcome_empty():
    shown = path_as_json(walk_map({"text.lex.danger": 0, "text.sentiment": -0.5}), TREES, "de")

    assert (shown["disposition"], shown["outcome"], shown["open_question"]) == (None, None, "position")
    assert shown["path"][-1]["question"] == "Gibt es dazu eine freigegebene Haltung?"
    assert shown["path"][-1]["answer"] is None


def test_a_fired_risk_off_the_path_is_shown():
    path = walk_map({"mention.direct": False, "mention.brand_match": 0, "text.lex.danger": 2})

    assert path_as_json(path, TREES)["risks"] == [
        {
            "playbook": "scenario-map",
            "node": "danger",
            "on_path": False,
            "because": {"rule": "text.lex.danger is at least 1", "value": 2},
        }
    ]


@pytest.mark.parametrize(
    ("language", "question", "answer", "because"),
    [
        ("en", "What is it?", "Compliment", "sentiment: 0.6 (at least 0.3)"),
        ("de", "Was ist es?", "Lob", "Stimmung: 0,6 (mindestens 0,3)"),
    ],
)
def test_people_read_a_step_in_their_language(language, question, answer, because):
    with translation.override(language):
        steps = explained_steps(walk_map({"text.sentiment": 0.6}), TREES)
    kind = next(step for step in steps if step.node == "kind")

    assert (kind.question, kind.answer, kind.suggested, kind.because) == (question, answer, answer, because)
    assert not kind.by_person
    assert len(kind.answers) == 6


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "times the usual volume: it is not yet computed"),
        ("de", "Vielfaches der üblichen Menge: noch nicht berechnet"),
    ],
)
def test_what_could_not_be_evaluated_is_said_once(language, sentence):
    complaint = {"text.sentiment": -0.5, "text.lex.experience": 1, "mention.ratio": NotComputable()}

    with translation.override(language):
        steps = explained_steps(walk_map(complaint), TREES)

    assert next(step for step in steps if step.node == "spread").skipped == (sentence,)


def test_fired_risks_and_tasks_are_marked():
    path = walk_map({"mention.by_us": True, "text.lex.legal": 1})

    assert [risk.node for risk in explained_risks(path, TREES)] == ["ours", "special"]
    assert all(risk.is_risk for risk in explained_risks(path, TREES))
    assert explained_steps(path, TREES)[-1].is_task


def test_who_leaves_a_strict_tree_confirms_its_tasks_first():
    path = walk_map({"mention.by_us": True})

    assert open_tasks(TREES, path, {}) == ("self-inflicted/evidence", "self-inflicted/pause")
    assert open_tasks(TREES, path, {"self-inflicted/evidence": "impossible"}) == ("self-inflicted/pause",)
    assert open_tasks(TREES, walk_map({"text.is_question": True}), {}) == ()


def test_the_whole_outcome_is_found():
    outcome = outcome_of(walk_map({"text.lex.danger": 1}), TREES)

    assert outcome is not None
    assert (outcome.level, outcome.template) == ("L4", "holding")
    assert outcome_of(walk_map({}), TREES) is None
    assert node_of("nowhere/else", TREES) is None


def test_every_fact_problem_and_reason_has_german_words():
    with translation.override("en"):
        english = {str(text) for text in [*PROBLEMS.values(), *REASONS.values(), *map(label_of, FACTS)]}
    with translation.override("de"):
        german = {str(text) for text in [*PROBLEMS.values(), *REASONS.values(), *map(label_of, FACTS)]}

    assert not english & german


def test_a_problem_names_its_place():
    path = walk_map({}, {"scenario-map/kind": "poem"})

    assert problem_in_words(path.problems[0]) == (
        "This answer is not offered by the question. (scenario-map/kind, poem)"
    )

"""Walks through the starter playbooks, checked by hand."""

import pytest

from playbooks.decision_tree import walk
from playbooks.severity_rules import propose
from tests.playbooks.trees import CALM, starter, walk_map

RISKS = ("scenario-map/danger", "scenario-map/ours", "scenario-map/special")
MAP = "scenario-map/"
LEX = "text.lex."
COMPLAINT = {"text.sentiment": -0.5, LEX + "experience": 1}


@pytest.mark.parametrize(
    ("name", "facts", "outcome", "disposition", "to_confirm"),
    [
        # „Der Akku eures Rollers brennt!“: a danger word in German
        ("danger", {LEX + "danger": 1}, "out_escalate_safety", "escalate", ()),
        ("self-harm", {LEX + "selfharm": 1}, "out_escalate_safety", "escalate", ()),
        # „Mein Anwalt meldet sich.“
        ("lawyer threat", {LEX + "legal": 1}, "out_escalate_press_legal", "escalate", RISKS[:2]),
        # “I think your account was hacked”
        ("account taken", {LEX + "account_taken": 1}, "out_escalate_hacked", "escalate", RISKS[:1]),
        ("unlawful", {LEX + "unlawful": 1}, "out_escalate_unlawful", "escalate", RISKS),
        ("journalist", {"author.kind": "journalist"}, "out_escalate_press_legal", "escalate", RISKS[:2]),
        ("irrelevant", {"mention.direct": False, "mention.brand_match": 0}, "out_ignore_irrelevant", "ignore", ()),
        ("crisis", {"crisis.match": 0.8}, "out_respond_crisis", "respond", RISKS),
        ("compliment", {"text.sentiment": 0.6}, "out_respond_thanks", "respond", RISKS),
        ("plain question", {"text.is_question": True}, "out_respond_interim", "respond", RISKS),
        ("answered question", {"text.is_question": True, "kb.match": 0.9}, "out_respond_answer", "respond", RISKS),
        (
            "viral complaint",
            {"text.sentiment": -0.5, LEX + "experience": 1, "mention.ratio": 4.0, "mention.rate": 30},
            "out_escalate_spreading",
            "escalate",
            RISKS,
        ),
        (
            "loud account",
            {"text.sentiment": -0.5, "author.followers": 80_000},
            "out_escalate_spreading",
            "escalate",
            RISKS,
        ),
    ],
)
def test_the_suggestion_is_the_one_expected(name, facts, outcome, disposition, to_confirm):
    path = walk_map(facts)

    assert (path.outcome, path.disposition, path.to_confirm) == (outcome, disposition, to_confirm)
    assert path.open_question is None
    assert path.problems == ()


@pytest.mark.parametrize(
    ("name", "facts", "open_question", "to_confirm"),
    [
        ("nothing to go by", {}, "scenario-map/kind", RISKS),
        ("half-answered question", {"text.is_question": True, "kb.match": 0.4}, "scenario-map/known", RISKS),
        ("complaint", {"text.sentiment": -0.5, LEX + "experience": 1}, "scenario-map/legit", RISKS),
        ("complaint of an author unknown", COMPLAINT | {"author.followers": None}, "scenario-map/spread", RISKS),
        ("busy complaint", COMPLAINT | {"mention.rate": 12}, "scenario-map/spread", RISKS),
        ("issue", {"text.sentiment": -0.5}, "scenario-map/position", RISKS),
        ("abuse", {LEX + "insult": 2}, "scenario-map/rules", RISKS),
        ("maybe the crisis", {"crisis.match": 0.4}, "scenario-map/crisis", RISKS),
        ("is it ours", {"mention.direct": False, "mention.brand_match": 0, "mention.own_channel": None}, None, ()),
        ("our deleted comment", {LEX + "deleted_comment": 1}, "self-inflicted/source", RISKS[:1]),
        # “I can see someone else's order here”
        ("our leak", {LEX + "data_leak": 1}, "self-inflicted/source", RISKS[:1]),
        ("our own post", {"mention.by_us": True}, "self-inflicted/evidence", RISKS[:1]),
    ],
)
def test_the_first_question_without_a_hint_stays_open(name, facts, open_question, to_confirm):
    path = walk_map(facts)

    assert path.open_question == (open_question or "scenario-map/relevant")
    assert (path.outcome, path.disposition) == (None, None)
    assert path.to_confirm == to_confirm


def test_an_answer_by_a_person_leads_a_complaint_to_the_question_whether_it_is_plausible():
    busy = COMPLAINT | {"mention.rate": 12}

    assert walk_map(busy, {MAP + "spread": "no"}).open_question == "scenario-map/legit"
    assert walk_map(busy, {MAP + "spread": "no", MAP + "legit": "unsure"}).outcome == "out_respond_ask"
    assert walk_map(COMPLAINT | {"author.kind": "customer"}).open_question == "scenario-map/fixable"
    assert walk_map(COMPLAINT, {MAP + "legit": "yes", MAP + "fixable": "now"}).outcome == "out_respond_fixed"
    assert walk_map(COMPLAINT, {MAP + "spread": "yes"}).outcome == "out_escalate_spreading"


def test_our_deleted_comment_is_handled_as_our_own_mistake():
    answers = {
        "self-inflicted/source": "own",
        "self-inflicted/evidence": "done",
        "self-inflicted/pause": "impossible",
        "self-inflicted/fair_removal": "no",
        "self-inflicted/spread_removed": "no",
    }

    path = walk_map({LEX + "deleted_comment": 1}, answers)

    assert [step.key for step in path.steps] == [
        "scenario-map/relevant",
        "scenario-map/danger",
        "scenario-map/ours",
        "self-inflicted/source",
        "self-inflicted/evidence",
        "self-inflicted/pause",
        "self-inflicted/what",
        "self-inflicted/fair_removal",
        "self-inflicted/spread_removed",
    ]
    assert path.outcome == "out_respond_comments"
    assert path.leaf is not None
    assert path.leaf.playbook == "self-inflicted"
    assert path.versions == {"scenario-map": 1, "self-inflicted": 1}


def test_a_task_is_never_hinted_and_never_passed():
    path = walk_map({"mention.by_us": True}, {"self-inflicted/evidence": "done"})

    assert path.open_question == "self-inflicted/pause"


def test_a_rule_without_its_fact_says_so_on_the_path():
    spread = next(step for step in walk_map(COMPLAINT).steps if step.node == "spread")

    assert [(skipped.rule, skipped.fact, skipped.reason) for skipped in spread.skipped] == [
        (
            "mention.ratio is at least 3 and mention.rate is at least 10",
            "mention.ratio",
            "14 days of history are needed",
        )
    ]


def test_the_other_start_tree_gives_the_air_force_assessment():
    trees = starter().trees
    answers = {"response-assessment/concur": "no"}

    path = walk(trees, "response-assessment", CALM | {"text.sentiment": 0.4}, answers)

    assert path.outcome == "out_ignore_stand"
    assert path.to_confirm == ("response-assessment/gate",)


@pytest.mark.parametrize(
    ("facts", "level", "rule"),
    [
        ({}, "L0", None),
        ({"mention.ratio": 2.5, "mention.rate": 6}, "L1", "mention.ratio is at least 2 and mention.rate is at least 5"),
        ({"author.followers": 50_000}, "L2", "author.followers is at least 50000"),
        ({LEX + "unlawful": 1, LEX + "legal": 2}, "L3", "text.lex.legal is at least 1"),
        ({"mention.by_us": True, LEX + "insult": 1}, "L3", "mention.by_us is true and text.lex.insult is at least 1"),
        ({LEX + "legal": 1, LEX + "account_taken": 1}, "L4", "text.lex.account_taken is at least 1"),
    ],
)
def test_the_highest_level_with_a_rule_that_fires_is_proposed(facts, level, rule):
    proposal = propose(starter().matrix.rules, CALM | facts)

    assert proposal.level == level
    assert (proposal.because.rule if proposal.because else None) == rule
    assert "topic.reach_1h" in {skipped.fact for skipped in proposal.not_computable}

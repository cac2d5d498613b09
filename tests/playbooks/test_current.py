"""What is in force: trees in one query, starts, deadlines, and policies as crisis freezes them."""

from datetime import timedelta

import pytest

from playbooks import current
from playbooks.models import Playbook, StartTree
from playbooks.path import Leaf, Path
from playbooks.severity_rules import higher, propose, rank
from playbooks.starter.load import load_starter
from tests.make import NOON, make_channel
from tests.playbooks.trees import starter, walk_map

SPREADING = Leaf("scenario-map", 1, "out_escalate_spreading", "escalate", "L2", "hour", ("social_lead", "pr_lead"))
THANKS = Leaf("scenario-map", 1, "out_respond_thanks", "respond", "", "routine", ("community_manager",))


@pytest.fixture(autouse=True)
def loaded(db) -> None:
    load_starter(NOON)


def on_shift(*roles: str) -> list[dict[str, str]]:
    return [{"role": role, "who": "on_shift"} for role in roles]


def test_the_published_trees_are_those_of_the_files():
    assert current.published_trees() == starter().trees


def test_asking_again_costs_one_query_and_parses_nothing(django_assert_num_queries):
    first = current.published()

    with django_assert_num_queries(1):
        again = current.published()

    assert again is first


def test_the_versions_of_a_path_give_its_trees_back():
    ids = current.published().ids

    versions = {slug: ids[slug] for slug in walk_map({"mention.by_us": True}).versions}

    assert set(versions) == {"scenario-map", "self-inflicted"}
    assert current.trees_of(versions) == {slug: starter().trees[slug] for slug in versions}


def test_a_channel_may_start_in_another_tree(django_assert_num_queries):
    special = make_channel()
    StartTree.objects.create(channel=special, playbook=Playbook.objects.get(slug="response-assessment"))

    with django_assert_num_queries(1):
        assert current.start_trees() == {None: "scenario-map", special.pk: "response-assessment"}


def test_the_stored_matrix_is_that_of_the_file():
    assert current.matrix() == starter().matrix.rules
    assert propose(current.matrix(), {"text.lex.danger": 1}).level == "L4"


@pytest.mark.parametrize(
    ("path", "urgency", "hours"),
    [
        (Path(leaf=SPREADING), "hour", 1),
        (Path(leaf=THANKS), "routine", 24),
        (Path(leaf=Leaf("scenario-map", 1, "out_ignore_stand", "ignore")), "routine", 24),
        (Path(open_question="scenario-map/kind"), "today", 4),
    ],
)
def test_the_deadline_follows_the_urgency_of_the_suggestion(path, urgency, hours):
    assert current.urgency_of(path) == urgency
    assert current.due_at(NOON, current.urgencies()[urgency]) == NOON + timedelta(hours=hours)


def test_a_shorter_deadline_wins_and_a_longer_one_does_not():
    pace = current.urgencies()["today"]

    assert current.due_at(NOON, pace, deadline=timedelta(hours=1)) == NOON + timedelta(hours=1)
    assert current.due_at(NOON, pace, deadline=timedelta(hours=9)) == NOON + timedelta(hours=4)


def test_a_policy_calls_the_leaf_first_and_the_matrix_next():
    assert current.policy_for("L2", SPREADING) == {
        "slug": "severity-l2",
        "name": "Severity L2: Elevated",
        "name_de": "Schweregrad L2: Erhöht",
        "level": "L2",
        "rounds": 3,
        "round_delay": 1800,
        "acknowledgement_lasts": None,
        "steps": [
            {"delay": 0, "targets": on_shift("social_lead", "pr_lead"), "urgency": "hour", "rule": "anyone"},
            {
                "delay": 1800,
                "targets": [{"role": "social_lead", "who": "deputy"}, {"role": "pr_lead", "who": "on_shift"}],
                "urgency": "hour",
                "rule": "anyone",
            },
        ],
    }


def test_the_highest_level_calls_everybody_after_five_minutes():
    policy = current.policy_for("L4")

    assert [(step["delay"], step["targets"]) for step in policy["steps"]] == [
        (0, on_shift("pr_lead", "legal", "executive", "security")),
        (300, [{"role": "all_roles", "who": "all"}]),
    ]
    assert (policy["round_delay"], policy["acknowledgement_lasts"]) == (300, 1800)


@pytest.mark.parametrize(
    ("level", "leaf", "roles"),
    [
        ("L2", None, ("social_lead", "pr_lead")),
        ("L0", None, ("social_lead",)),
        # A person escalates although the tree says "respond": the level says who is called.
        ("L3", THANKS, ("pr_lead", "legal")),
        ("L1", SPREADING, ("social_lead", "pr_lead")),
        # Above the leaf's own level the people of that level are called too.
        ("L3", SPREADING, ("social_lead", "pr_lead", "legal")),
    ],
)
def test_who_is_called_at_once(level, leaf, roles):
    assert current.first_targets(level, leaf) == on_shift(*roles)
    assert current.policy_for(level, leaf)["steps"][0]["targets"] == on_shift(*roles)


def test_levels_have_an_order():
    assert higher("L1", "L3") == "L3"
    assert higher("L2", "") == "L2"
    assert [rank(level) for level in ("", "L0", "L4")] == [0, 0, 4]

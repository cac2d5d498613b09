"""The change report on a case worked out by hand, and what a replay must leave alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playbooks.current import published_trees
from playbooks.drafts import draft_version
from playbooks.models import Playbook, PlaybookVersion
from playbooks.rules import Condition, Rule
from playbooks.tree import Answer, Node, Text, Tree
from tests.make import NOON, make_channel
from tests.triage.conftest import COMPLAINT, DANGER, DELETED_COMMENT, IRRELEVANT, LEGAL, QUESTION, THANKS
from triage.change_report import AGREES, DIFFERS, SAYS_NOTHING, ChangeReport, End
from triage.decide import record_decision
from triage.models import Triage
from triage.replay import Selection, compare, replay, replay_batch, total_of

MAP = "scenario-map"
REASON = "Settled with the team by phone."
THANKED = End("respond", f"{MAP}/out_respond_thanks")
LEFT_ALONE = End("ignore", f"{MAP}/out_ignore_stand")
INTERIM = End("respond", f"{MAP}/out_respond_interim")
POSITION = End("escalate", f"{MAP}/out_escalate_position")


def with_answer(tree: Tree, node: str, answer: str, to: str) -> Tree:
    answers = tuple(replace(one, to=to) if one.slug == answer else one for one in tree.nodes[node].answers)
    return replace(tree, nodes={**tree.nodes, node: replace(tree.nodes[node], answers=answers)})


def drafted() -> PlaybookVersion:
    """The map with four changes: praise is left alone, an unanswered question needs a position, the press is L4, and
    what is not ours is asked for its question mark, which changes nothing."""
    tree = published_trees()[MAP]
    tree = with_answer(tree, "value", "yes", "out_ignore_stand")
    tree = with_answer(tree, "known", "no", "out_escalate_position")
    tree = with_answer(tree, "relevant", "no", "marked")
    press = replace(tree.outcomes["out_escalate_press_legal"], level="L4")
    yes, no = (Answer(slug, "out_ignore_irrelevant", Text(slug, slug)) for slug in ("yes", "no"))
    never = Rule((Condition("text.is_question", "is", False),), "all", "no")
    marked = Node("marked", Text("Is it a question?", "Ist es eine Frage?"), (yes, no), (never,))
    tree = replace(
        tree,
        nodes={**tree.nodes, "marked": marked},
        outcomes={**tree.outcomes, "out_escalate_press_legal": press},
    )
    return draft_version(Playbook.objects.get(slug=MAP), tree)


@pytest.fixture
def history(arrive: Callable[..., Triage]) -> dict[str, list[int]]:
    """Twelve mentions, by what they are; their outcomes in force and in the draft:

    3 thanks     respond, thanks     → ignore, let it stand
    2 questions  respond, interim    → escalate, position (L1)
    2 complaints open: is it spreading? → the same
    2 irrelevant ignore              → ignore, by one question more
    1 danger     escalate L4         → the same
    1 legal      escalate L3         → the same outcome, L4
    1 deletion   into the other tree → the same
    """
    channel = make_channel()
    kinds = {
        "thanks": [THANKS] * 3,
        "questions": [QUESTION] * 2,
        "complaints": [COMPLAINT] * 2,
        "irrelevant": [IRRELEVANT] * 2,
        "danger": [DANGER],
        "legal": [LEGAL],
        "deletion": [DELETED_COMMENT],
    }
    return {kind: [arrive(channel=channel, read=read).pk for read in reads] for kind, reads in kinds.items()}


def decide(pk: int, disposition: str, by) -> None:
    record_decision(pk, by=by, disposition=disposition, rev=1, via="console", reason=REASON)


def test_the_report_is_right_on_a_case_worked_out_by_hand(history):
    report = replay(Selection(), compare(drafted()))

    assert report.seen == 12
    assert {(old, new): change.count for (old, new), change in report.outcomes.items()} == {
        (THANKED, LEFT_ALONE): 3,
        (INTERIM, POSITION): 2,
    }
    assert report.changed == 5
    assert report.other_way == 2  # what is not ours
    assert report.before == {"respond": 5, "ignore": 2, "escalate": 2, "": 3}
    assert report.after == {"ignore": 5, "escalate": 4, "": 3}
    assert (report.newly_escalated, report.no_longer_escalated) == (2, 0)
    assert {pair: change.count for pair, change in report.severities.items()} == {("L0", "L1"): 2, ("L3", "L4"): 1}
    assert (report.raised, report.lowered) == (3, 0)
    assert sorted(report.outcomes[THANKED, LEFT_ALONE].samples) == history["thanks"]
    assert report.severities["L3", "L4"].samples == history["legal"]
    assert [change.count for _old, _new, change in report.most_frequent()] == [3, 2]


def test_the_report_says_how_often_people_had_decided_so(history, maya):
    """By hand: two thanks were answered and one was left alone; both questions were escalated; one complaint was
    answered. In force: 2 agree (thanks), 3 differ, 1 has no suggestion. In the draft: 3 agree, 2 differ, 1 has none."""
    first, second, third = history["thanks"]
    for pk, disposition in [(first, "respond"), (second, "respond"), (third, "ignore")]:
        decide(pk, disposition, maya)
    for pk in history["questions"]:
        decide(pk, "escalate", maya)
    decide(history["complaints"][0], "respond", maya)

    report = replay(Selection(), compare(drafted()))

    assert report.decided == 6
    assert report.agreement == {
        ("before", AGREES): 2,
        ("before", DIFFERS): 3,
        ("before", SAYS_NOTHING): 1,
        ("after", AGREES): 3,
        ("after", DIFFERS): 2,
        ("after", SAYS_NOTHING): 1,
    }


def test_a_replay_writes_nothing(history):
    comparison = compare(drafted())
    before = rows_of_every_table()
    replay(Selection(), comparison)
    replay(Selection(anew=True), comparison)
    assert rows_of_every_table() == before


def rows_of_every_table() -> dict[str, str]:
    """A digest of all rows of each table of the field."""
    found = {}
    with connection.cursor() as cursor:
        for app in ("monitoring", "triage", "crisis", "playbooks"):
            for model in apps.get_app_config(app).get_models():
                table = model._meta.db_table
                cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t")
                found[table] = cursor.fetchone()[0]
    return found


def test_batches_and_a_report_kept_in_between_give_the_same(history):
    comparison, selection = compare(drafted()), Selection()
    whole, below, report = replay(selection, comparison), None, ChangeReport()
    while True:
        below = replay_batch(selection, comparison, report, below, size=5)
        report = ChangeReport.from_json(report.to_json())
        if below is None:
            break
    assert report.to_json() == whole.to_json()


def test_a_batch_asks_the_same_number_of_questions_whatever_its_size(history):
    comparison = compare(drafted())
    for anew, queries in ((False, 1), (True, 5)):
        for size in (2, 12):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                replay_batch(Selection(anew=anew), comparison, ChangeReport(), None, size=size)
            assert len(asked) <= queries, [query["sql"][:80] for query in asked]


def test_the_newest_so_many_or_a_span_of_time_are_chosen(arrive):
    channel = make_channel()
    days = [arrive(channel=channel, read=THANKS, received_at=NOON - timedelta(days=age)).pk for age in (3, 2, 1, 0)]
    comparison = compare(drafted())

    def found(selection: Selection) -> list[int]:
        report = replay(selection, comparison)
        return sorted(pk for change in report.outcomes.values() for pk in change.samples)

    assert found(Selection(last=2)) == days[2:]
    assert found(Selection(since=NOON - timedelta(days=2), until=NOON)) == days[1:3]
    assert found(Selection(channels=())) == []
    assert total_of(Selection(last=3)) == 3
    assert total_of(Selection(channels=())) == 0


def test_a_version_may_be_tried_as_the_start_of_every_walk(history):
    assessment = PlaybookVersion.objects.get(playbook__slug="response-assessment")
    assert replay(Selection(), compare(assessment)).changed == 0
    report = replay(Selection(), compare(assessment, as_start=True))
    assert report.changed == 12
    assert all(new.at.startswith("response-assessment/") for _old, new in report.outcomes)


def test_the_same_version_changes_nothing(history):
    report = replay(Selection(), compare(PlaybookVersion.objects.get(playbook__slug=MAP)))
    assert (report.seen, report.changed, report.other_way, report.severities) == (12, 0, 0, {})

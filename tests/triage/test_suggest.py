from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from monitoring.models import Mention, Reading
from playbooks.current import trees_of
from playbooks.decision_tree import walk
from playbooks.path import Path
from playbooks.rules import facts_from_json
from tests.make import NOON, make_mention, make_reading
from tests.triage.conftest import (
    COMPLAINT,
    DANGER,
    DELETED_COMMENT,
    IRRELEVANT,
    LEGAL,
    QUESTION,
    THANKS,
    in_another_connection,
    read_anew,
)
from triage.decide import record_decision
from triage.models import Suggestion, Triage
from triage.suggest import suggest_new
from triage.tasks import suggest_mentions

ALL_RISKS = ["scenario-map/danger", "scenario-map/ours", "scenario-map/special"]


@pytest.mark.parametrize(
    ("read", "disposition", "outcome", "open_question", "to_confirm", "severity", "within"),
    [
        (THANKS, "respond", "out_respond_thanks", "", ALL_RISKS, "L0", timedelta(hours=24)),
        (QUESTION, "respond", "out_respond_interim", "", ALL_RISKS, "L0", timedelta(hours=4)),
        (COMPLAINT, "", "", "scenario-map/spread", ALL_RISKS, "L0", timedelta(hours=4)),
        (IRRELEVANT, "ignore", "out_ignore_irrelevant", "", [], "L0", timedelta(hours=24)),
        (DANGER, "escalate", "out_escalate_safety", "", [], "L4", timedelta(minutes=15)),
        (LEGAL, "escalate", "out_escalate_press_legal", "", ALL_RISKS[:2], "L3", timedelta(minutes=15)),
        (DELETED_COMMENT, "", "", "self-inflicted/source", ALL_RISKS[:1], "L0", timedelta(hours=4)),
    ],
)
def test_a_reading_becomes_a_suggestion(
    arrive, read, disposition, outcome, open_question, to_confirm, severity, within
):
    triage = arrive(read=read)
    suggestion = triage.suggestion
    assert (suggestion.disposition, suggestion.outcome, suggestion.open_question) == (
        disposition,
        outcome,
        open_question,
    )
    assert suggestion.to_confirm == to_confirm
    assert (triage.severity, triage.due_at) == (severity, NOON + within)
    assert (triage.state, triage.rev, triage.rank) == ("open", 1, 4 - int(severity[1]))
    assert Reading.objects.get().taken_up


def test_kept_facts_and_versions_give_the_same_path_again(arrive):
    for read in (THANKS, QUESTION, COMPLAINT, IRRELEVANT, DANGER, LEGAL, DELETED_COMMENT):
        kept = arrive(read=read).suggestion
        again = walk(trees_of(kept.versions), kept.start, facts_from_json(kept.facts), {})
        assert again == Path.from_json(kept.path)
        assert again.to_json() == kept.path


def test_a_suggestion_keeps_every_tree_that_an_answer_may_reach(arrive):
    assert arrive(read=IRRELEVANT).suggestion.versions.keys() == {"scenario-map", "self-inflicted"}


def test_nothing_new_means_nothing_done(arrive):
    arrive()
    assert suggest_new() == 0
    assert Suggestion.objects.count() == 1


def test_a_batch_takes_the_oldest_and_the_task_takes_them_all(starter):
    mentions = [make_reading(make_mention()).mention for _number in range(5)]
    assert suggest_new(limit=2) == 2
    assert set(Triage.objects.values_list("pk", flat=True)) == {mentions[0].pk, mentions[1].pk}
    suggest_mentions()
    assert Triage.objects.count() == 5


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(starter):
    def cost(size: int) -> int:
        for _number in range(size):
            make_reading(make_mention())
        with CaptureQueriesContext(connection) as queries:
            assert suggest_new() == size
        return len(queries)

    cost(1)  # parses the trees
    assert cost(2) == cost(40) <= 20


def test_one_mention_that_fails_is_shown_and_holds_up_no_other(starter):
    good, bad, also_good = (make_reading(make_mention()).mention for _number in range(3))
    Reading.objects.filter(pk=bad.pk).update(terms=["not", "a", "mapping"])
    assert suggest_new() == 3
    rows = {row.pk: row for row in Triage.objects.select_related("suggestion")}
    assert rows.keys() == {good.pk, bad.pk, also_good.pk}
    assert rows[good.pk].suggestion.disposition == rows[also_good.pk].suggestion.disposition == "ignore"
    failed = rows[bad.pk].suggestion
    assert [problem["code"] for problem in failed.path["problems"]] == ["suggestion_failed"]
    assert (failed.disposition, rows[bad.pk].severity, rows[bad.pk].due_at) == ("", "L2", NOON + timedelta(hours=4))


def test_a_text_that_could_not_be_read_is_not_taken_for_harmless(arrive):
    triage = arrive(read={"error": "RecursionError", "language": "und"})
    assert (triage.severity, triage.suggestion.open_question) == ("L2", "scenario-map/relevant")


def test_without_any_playbook_the_mention_is_shown_and_says_why(db):
    make_reading(make_mention())
    suggest_new()
    assert Suggestion.objects.get().path["problems"]
    assert Triage.objects.get().state == "open"


def test_an_edit_makes_a_new_suggestion_and_a_stale_screen(arrive):
    triage = arrive(read=THANKS)
    edited = read_anew(triage.mention, **DANGER)
    assert Suggestion.objects.filter(mention=triage.mention).count() == 2
    assert (edited.rev, edited.severity, edited.rank, edited.state) == (2, "L4", 0, "open")
    assert edited.due_at == NOON + timedelta(minutes=15)


def test_an_edit_never_gives_more_time(arrive):
    triage = arrive(read=DANGER)
    edited = read_anew(triage.mention, read_at=NOON + timedelta(hours=1), **THANKS)
    assert (edited.severity, edited.due_at) == ("L0", NOON + timedelta(minutes=15))


def test_the_deadline_of_a_danger_that_an_edit_brought_runs_from_the_edit(arrive):
    triage = arrive(read=THANKS)
    edited = read_anew(triage.mention, read_at=NOON + timedelta(hours=2), **DANGER)
    assert edited.due_at == NOON + timedelta(hours=2, minutes=15)


def test_what_was_deleted_where_it_was_posted_leaves_the_queue_and_gets_no_suggestion(arrive):
    triage, never = arrive(read=DANGER), make_mention(deleted_at=NOON)
    Mention.objects.filter(pk=triage.pk).update(deleted_at=NOON)
    Reading.objects.update(taken_up=False)
    make_reading(never)
    assert suggest_new() == 2
    assert Suggestion.objects.count() == 1
    assert list(Triage.objects.values_list("pk", "state", "rev")) == [(triage.pk, "withdrawn", 2)]


def test_a_decided_mention_that_is_deleted_stays_decided(arrive, maya):
    triage = arrive(read=IRRELEVANT)
    record_decision(triage.pk, by=maya, disposition="ignore", rev=1, via="console")
    Mention.objects.update(deleted_at=NOON)
    Reading.objects.update(taken_up=False)
    suggest_new()
    assert Triage.objects.get().state == "decided"


@pytest.mark.django_db(transaction=True)
def test_a_reading_that_another_worker_holds_is_left_to_it(starter):
    held, free = make_reading(make_mention()), make_reading(make_mention())
    with transaction.atomic():
        Reading.objects.select_for_update().get(pk=held.pk)
        assert in_another_connection(suggest_new) == 1
    assert Triage.objects.get().pk == free.pk
    assert suggest_new() == 1

import threading

import pytest
from django.db import connection
from django.utils import translation

from crisis.models import Escalation
from playbooks.current import trees_of
from playbooks.decision_tree import walk
from playbooks.path import Path
from playbooks.rules import facts_from_json
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
from triage.conflict import Conflict
from triage.decide import record_decision
from triage.models import Decision, Triage
from triage.refusal import Refused

MAP, SELF = "scenario-map", "self-inflicted"
RISKS = [f"{MAP}/danger", f"{MAP}/ours", f"{MAP}/special"]
NO_RISK = dict.fromkeys(RISKS, "no")
REASON = "We spoke on the phone already."
SHORT = "too short"
TASKS = {f"{SELF}/evidence": "done", f"{SELF}/pause": "done"}


def decide(triage: Triage, by, disposition: str, **said) -> Decision:
    said = {"rev": triage.rev, "via": Decision.Via.CONSOLE} | said
    return record_decision(triage.pk, by=by, disposition=disposition, **said)


FOLLOWED = [  # reading, disposition, answers, outcome, severity
    (THANKS, "respond", NO_RISK, "out_respond_thanks", "L0"),
    (IRRELEVANT, "ignore", {}, "out_ignore_irrelevant", "L0"),
    (QUESTION, "respond", NO_RISK, "out_respond_interim", "L0"),
    (QUESTION, "respond", NO_RISK | {f"{MAP}/known": "yes"}, "out_respond_answer", "L0"),
    (COMPLAINT, "escalate", {f"{MAP}/spread": "yes"}, "out_escalate_spreading", "L2"),
    (DANGER, "escalate", {}, "out_escalate_safety", "L4"),
    (DANGER, "respond", NO_RISK | {f"{MAP}/kind": "compliment"}, "out_respond_thanks", "L4"),
    (LEGAL, "escalate", {}, "out_escalate_press_legal", "L3"),
    (DELETED_COMMENT, "escalate", {f"{SELF}/source": "hacked"}, "out_escalate_hacked", "L4"),
    (
        DELETED_COMMENT,
        "respond",
        {f"{MAP}/danger": "no", f"{MAP}/ours": "yes", f"{SELF}/source": "own", f"{SELF}/fair_removal": "yes"} | TASKS,
        "out_respond_rules",
        "L0",
    ),
]


@pytest.mark.parametrize(("read", "disposition", "answers", "outcome", "severity"), FOLLOWED)
def test_following_the_way_needs_no_reason(arrive, maya, read, disposition, answers, outcome, severity):
    triage = arrive(read=read)
    decision = decide(triage, maya, disposition, answers=answers)
    assert (decision.outcome, decision.severity, decision.is_deviation) == (outcome, severity, False)
    assert (decision.answers, decision.unanswered_risks, decision.by) == (answers, [], maya)
    triage.refresh_from_db()
    assert (triage.state, triage.disposition, triage.severity) == ("decided", disposition, severity)
    assert (triage.rev, triage.decided_at) == (2, decision.at)


LACKING = [  # reading, disposition, answers, reason, severity, the fields that lack something
    (THANKS, "respond", {}, "", None, RISKS),
    (THANKS, "respond", {RISKS[0]: "no"}, SHORT, None, RISKS[1:]),
    (THANKS, "ignore", NO_RISK, "", None, ["reason"]),
    (THANKS, "ignore", {}, "", None, ["reason", *RISKS]),
    (THANKS, "ignore", NO_RISK, SHORT + "   ", None, ["reason"]),
    (THANKS, "escalate", NO_RISK, "", None, ["reason"]),
    (COMPLAINT, "respond", NO_RISK, "", None, ["reason"]),
    (DANGER, "respond", {}, "", None, ["reason", RISKS[0]]),
    (DANGER, "ignore", {f"{MAP}/relevant": "no"}, "", None, [RISKS[0]]),
    (DANGER, "ignore", {f"{MAP}/relevant": "no", RISKS[0]: "yes"}, "", None, ["reason"]),
    (DANGER, "escalate", {}, "", "L3", ["severity"]),
    (DANGER, "escalate", {}, "", "L0", ["severity", "severity"]),
    (DANGER, "escalate", {}, "", "L9", ["severity"]),
    (DELETED_COMMENT, "ignore", {RISKS[0]: "no", RISKS[1]: "yes"}, REASON, None, list(TASKS)),
    (DELETED_COMMENT, "escalate", {}, REASON, None, list(TASKS)),
    (DELETED_COMMENT, "escalate", {f"{SELF}/evidence": "done"}, "", None, ["reason", f"{SELF}/pause"]),
    (
        DELETED_COMMENT,
        "escalate",
        {f"{SELF}/source": "own", f"{SELF}/what": "leak", f"{SELF}/evidence": "impossible", f"{SELF}/pause": "done"},
        "",
        None,
        ["reason"],
    ),
    (IRRELEVANT, "ignore", {f"{MAP}/nonsense": "no"}, "", None, [f"{MAP}/nonsense"]),
    (IRRELEVANT, "ignore", {"nonsense": "no"}, "", None, ["nonsense"]),
    (IRRELEVANT, "ignore", {RISKS[0]: "perhaps"}, "", None, [RISKS[0]]),
    (IRRELEVANT, "delete", {}, REASON, None, ["disposition"]),
]


@pytest.mark.parametrize(("read", "disposition", "answers", "reason", "severity", "fields"), LACKING)
def test_what_is_lacking_is_named_and_nothing_changes(
    arrive, maya, read, disposition, answers, reason, severity, fields
):
    triage = arrive(read=read)
    with pytest.raises(Refused) as refused:
        decide(triage, maya, disposition, answers=answers, reason=reason, severity=severity)
    assert [lack.field.removeprefix("answers.") for lack in refused.value.lacks] == fields
    assert not Decision.objects.exists()
    assert not Escalation.objects.exists()
    assert Triage.objects.get().rev == 1


LEFT = [  # reading, disposition, answers, unanswered risks, severity
    (THANKS, "ignore", NO_RISK, [], "L0"),
    (THANKS, "respond", {}, RISKS, "L0"),
    (THANKS, "escalate", {}, [], "L1"),
    (COMPLAINT, "respond", NO_RISK, [], "L0"),
    (DANGER, "ignore", {}, [RISKS[0]], "L4"),
    (DANGER, "ignore", {f"{MAP}/relevant": "no", RISKS[0]: "yes"}, [], "L4"),
    (DELETED_COMMENT, "ignore", TASKS, RISKS[:2], "L0"),
]


@pytest.mark.parametrize(("read", "disposition", "answers", "unanswered", "severity"), LEFT)
def test_leaving_the_way_with_a_reason_is_a_deviation(arrive, maya, read, disposition, answers, unanswered, severity):
    decision = decide(arrive(read=read), maya, disposition, answers=answers, reason=f"  {REASON} ")
    assert (decision.is_deviation, decision.reason, decision.severity) == (True, REASON, severity)
    assert decision.unanswered_risks == unanswered


def test_raising_the_severity_is_free_and_lowering_it_needs_a_reason(arrive, maya):
    assert decide(arrive(read=IRRELEVANT), maya, "ignore", severity="L2").severity == "L2"
    lowered = decide(arrive(read=DANGER), maya, "escalate", severity="L2", reason=REASON)
    assert (lowered.severity, lowered.is_deviation, lowered.escalation.severity) == ("L2", False, "L2")


def test_a_decision_keeps_the_path_that_its_facts_answers_and_versions_give_again(arrive, maya):
    for read, disposition, answers, _outcome, _severity in FOLLOWED:
        decision = decide(arrive(read=read), maya, disposition, answers=answers)
        suggestion = decision.suggestion
        again = walk(trees_of(decision.versions), suggestion.start, facts_from_json(suggestion.facts), answers)
        assert again == Path.from_json(decision.path)


def test_escalating_opens_an_escalation_with_the_roles_of_the_leaf(arrive, maya):
    triage = arrive(read=LEGAL)
    escalation = decide(triage, maya, "escalate").escalation
    assert (escalation.subject_id, escalation.mention_id) == (triage.mention.story_id, triage.pk)
    assert (escalation.severity, escalation.opened_by, escalation.state) == ("L3", maya, "active")
    assert [target["role"] for target in escalation.policy["steps"][0]["targets"]] == ["pr_lead", "legal"]
    assert triage.mention.text not in escalation.title
    for language, title in (("en", "Mention on"), ("de", "Erwähnung auf")):
        with translation.override(language):
            assert escalation.headline == f"{title} {triage.mention.channel}"


def test_above_the_level_of_the_leaf_the_people_of_the_severity_are_called_too(arrive, maya):
    escalation = decide(arrive(read=LEGAL), maya, "escalate", severity="L4").escalation
    roles = [target["role"] for target in escalation.policy["steps"][0]["targets"]]
    assert roles == ["pr_lead", "legal", "executive", "security"]


def test_escalating_beside_the_tree_calls_the_roles_of_the_severity(arrive, maya):
    escalation = decide(arrive(read=THANKS), maya, "escalate", reason=REASON).escalation
    assert (escalation.severity, escalation.reason) == ("L1", REASON)
    assert [target["role"] for target in escalation.policy["steps"][0]["targets"]] == ["social_lead"]


def test_a_second_mention_of_the_story_joins_its_escalation(arrive, maya):
    first = arrive(read=LEGAL)
    second = arrive(read=LEGAL | {"story": first.mention.story})
    opened = decide(first, maya, "escalate").escalation
    assert decide(second, maya, "escalate").escalation == opened


def test_a_refused_decision_leaves_no_escalation(arrive, maya):
    with pytest.raises(Refused):
        decide(arrive(read=LEGAL), maya, "escalate", severity="L1")
    assert not Escalation.objects.exists()


def test_a_stale_screen_gets_the_decision_that_was_faster(arrive, maya, pedro):
    triage = arrive(read=IRRELEVANT)
    winner = decide(triage, maya, "ignore")
    with pytest.raises(Conflict) as conflict:
        decide(triage, pedro, "respond", reason=REASON)
    assert conflict.value.winner == winner
    assert conflict.value.triage.rev == 2


def test_a_screen_from_before_an_edit_is_stale_without_a_winner(arrive, maya):
    triage = arrive(read=THANKS)
    read_anew(triage.mention, **DANGER)
    with pytest.raises(Conflict) as conflict:
        decide(triage, maya, "respond", answers=NO_RISK)
    assert conflict.value.winner is None


def test_a_later_decision_supersedes_and_the_earlier_one_stays(arrive, maya, pedro):
    triage = arrive(read=IRRELEVANT)
    first = decide(triage, maya, "ignore")
    second = decide(triage, pedro, "respond", rev=2, reason=REASON)
    assert second.supersedes == first
    assert Decision.objects.count() == 2
    assert Triage.objects.get().disposition == "respond"


def test_an_unknown_mention_does_not_exist(arrive, maya):
    with pytest.raises(Triage.DoesNotExist):
        record_decision(404, by=maya, disposition="ignore", rev=1, via=Decision.Via.API)


@pytest.mark.parametrize(
    ("before", "decided", "after", "state"),
    [
        (THANKS, ("respond", NO_RISK, ""), DANGER, "open"),
        (THANKS, ("respond", NO_RISK, ""), QUESTION, "decided"),
        (DANGER, ("escalate", {}, ""), DANGER, "decided"),
        (DANGER, ("escalate", {}, ""), THANKS, "decided"),
        (LEGAL, ("ignore", {}, REASON), LEGAL, "decided"),
        (LEGAL, ("ignore", {}, REASON), DANGER, "open"),
    ],
)
def test_an_edit_brings_a_decided_mention_back_only_if_it_got_riskier(arrive, maya, before, decided, after, state):
    triage = arrive(read=before)
    disposition, answers, reason = decided
    decision = decide(triage, maya, disposition, answers=answers, reason=reason)
    edited = read_anew(triage.mention, **after)
    assert (edited.state, edited.rev) == (state, 3)
    assert edited.suggestion != decision.suggestion
    assert edited.disposition == ("" if state == "open" else disposition)
    if state == "open":
        assert decide(edited, maya, "ignore", reason=REASON).supersedes == decision


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_decide_at_once_one_wins_and_the_other_is_told(arrive, maya, pedro):
    for _round in range(10):
        triage = arrive(read=LEGAL)
        barrier, outcomes = threading.Barrier(2), []

        def at_once(person, triage=triage, barrier=barrier, outcomes=outcomes):
            barrier.wait(10)
            try:
                outcomes.append(decide(triage, person, "escalate"))
            except Conflict as conflict:
                outcomes.append(conflict)
            finally:
                connection.close()

        threads = [threading.Thread(target=at_once, args=(person,)) for person in (maya, pedro)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        won = [outcome for outcome in outcomes if isinstance(outcome, Decision)]
        lost = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        assert (len(won), len(lost)) == (1, 1)
        assert lost[0].winner == won[0]
        assert Decision.objects.filter(mention=triage.pk).count() == 1
        assert Escalation.objects.filter(subject_id=triage.mention.story_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_decision_during_a_new_suggestion_is_refused_not_lost(arrive, maya):
    triage = arrive(read=THANKS)
    in_another_connection(lambda: read_anew(triage.mention, **DANGER))
    with pytest.raises(Conflict):
        decide(triage, maya, "respond", answers=NO_RISK)
    assert Triage.objects.get().state == "open"

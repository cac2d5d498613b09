import pytest

from tests.triage.conftest import COMPLAINT, DANGER, DELETED_COMMENT, IRRELEVANT, LEGAL, QUESTION, THANKS
from triage.guide import Guide, answers_from, explained, guide
from triage.walked import walk_again

MAP, SELF = "scenario-map", "self-inflicted"
RISKS = [f"{MAP}/danger", f"{MAP}/ours", f"{MAP}/special"]
NO_RISK = dict.fromkeys(RISKS, "no")


def asked(found: Guide) -> tuple[str, object]:
    """What the card shows: kind and keys."""
    if found.confirm:
        return "confirm", [step.key for step in found.confirm]
    if found.question:
        return "question", found.question.key
    return "outcome", found.outcome.slug if found.outcome else None


@pytest.mark.parametrize(
    ("read", "answers", "expected"),
    [
        (THANKS, {}, ("confirm", RISKS)),
        (THANKS, NO_RISK, ("outcome", "out_respond_thanks")),
        (THANKS, {RISKS[0]: "no"}, ("confirm", RISKS[1:])),
        (QUESTION, NO_RISK, ("outcome", "out_respond_interim")),
        (COMPLAINT, {}, ("confirm", RISKS)),
        (COMPLAINT, NO_RISK, ("question", f"{MAP}/spread")),
        (COMPLAINT, NO_RISK | {f"{MAP}/spread": "no"}, ("question", f"{MAP}/legit")),
        (IRRELEVANT, {}, ("outcome", "out_ignore_irrelevant")),
        # A rule that fired is asked in full, also where the way leads past it, and not once it is answered.
        (DANGER, {}, ("question", RISKS[0])),
        (DANGER, {RISKS[0]: "yes"}, ("outcome", "out_escalate_safety")),
        (DANGER, {RISKS[0]: "no"}, ("confirm", RISKS[1:])),
        (DANGER, {f"{MAP}/relevant": "no"}, ("question", RISKS[0])),
        (DANGER, {f"{MAP}/relevant": "no", RISKS[0]: "no"}, ("outcome", "out_ignore_irrelevant")),
        # Risks in a row are one confirmation; the one that fired stands apart.
        (LEGAL, {}, ("confirm", RISKS[:2])),
        (LEGAL, {RISKS[0]: "no", RISKS[1]: "no"}, ("question", RISKS[2])),
        (LEGAL, NO_RISK | {RISKS[2]: "yes"}, ("outcome", "out_escalate_press_legal")),
        (DELETED_COMMENT, {RISKS[0]: "no", RISKS[1]: "yes"}, ("question", f"{SELF}/source")),
        (
            DELETED_COMMENT,
            {RISKS[0]: "no", RISKS[1]: "yes", f"{SELF}/source": "own"},
            ("question", f"{SELF}/evidence"),
        ),
    ],
)
def test_one_thing_is_asked_at_a_time(arrive, read, answers, expected):
    assert asked(guide(walk_again(arrive(read=read).suggestion, answers))) == expected


@pytest.mark.parametrize(
    ("read", "answers", "expected"),
    [
        (LEGAL, {}, [RISKS[2]]),  # ahead, while the joint confirmation is asked
        (LEGAL, {RISKS[0]: "no", RISKS[1]: "no"}, []),  # is being asked
        (DANGER, {}, []),
        (DANGER, {f"{MAP}/relevant": "no", RISKS[0]: "no"}, [RISKS[0]]),  # off the way
        (THANKS, {}, []),
    ],
)
def test_a_rule_that_fired_is_shown_wherever_the_way_stands(arrive, read, answers, expected):
    found = guide(walk_again(arrive(read=read).suggestion, answers))
    assert [step.key for step in found.fired_elsewhere] == expected


def test_a_hinted_answer_is_outlined_and_not_chosen(arrive):
    question = guide(walk_again(arrive(read=DANGER).suggestion, {})).question
    assert [(answer.slug, answer.is_suggested) for answer in question.answers] == [("yes", True), ("no", False)]
    assert "danger" in question.because


def test_a_settled_step_can_be_asked_again_without_the_later_answers(arrive):
    answers = NO_RISK | {f"{MAP}/spread": "no"}
    found = guide(walk_again(arrive(read=COMPLAINT).suggestion, answers))
    changes = {settled.step.key: settled.change for settled in found.settled}
    assert changes[RISKS[1]] == "answer%3Ascenario-map%2Fdanger=no&ask=scenario-map%2Fours"
    assert changes[f"{MAP}/relevant"] == "ask=scenario-map%2Frelevant"
    assert found.back.endswith("&ask=scenario-map%2Fspread")


@pytest.mark.parametrize("ask", [f"{MAP}/relevant", RISKS[0], f"{MAP}/kind"])
def test_any_step_of_the_way_can_be_asked_in_full(arrive, ask):
    answers = NO_RISK if ask == f"{MAP}/kind" else {}
    assert asked(guide(walk_again(arrive(read=THANKS).suggestion, answers), ask)) == ("question", ask)


def test_asking_ahead_does_not_pass_a_risk_that_nobody_confirmed(arrive):
    found = guide(walk_again(arrive(read=THANKS).suggestion, {}), f"{MAP}/kind")
    assert asked(found) == ("confirm", RISKS)


def test_an_unknown_question_asked_or_answered_changes_nothing_but_is_said(arrive):
    suggestion = arrive(read=THANKS).suggestion
    assert asked(guide(walk_again(suggestion, {}), "no/such")) == ("confirm", RISKS)
    found = guide(walk_again(suggestion, {"no/such": "yes"}))
    assert asked(found) == ("confirm", RISKS)
    assert found.problems


def test_questions_by_key_come_in_the_readers_language(arrive):
    walked = walk_again(arrive(read=DELETED_COMMENT).suggestion, {})
    steps = explained(walked, walked.open_tasks)
    assert [step.key for step in steps] == [f"{SELF}/evidence", f"{SELF}/pause"]
    assert all(step.is_task for step in steps)


def test_answers_are_read_from_their_fields_only():
    data = {"answer:a/b": "yes", "rev": "3", "answers:c": "x", "answer:": "y"}
    assert answers_from(data) == {"a/b": "yes", "": "y"}
    assert len(answers_from({f"answer:a/{number}": "yes" for number in range(1000)})) == 60

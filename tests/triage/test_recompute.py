"""Every suggestion can be computed again from what it kept; what cannot is found."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from monitoring.models import Author
from playbooks.current import published_trees
from playbooks.drafts import draft_version
from playbooks.models import Playbook, PlaybookVersion
from playbooks.tree import Text
from tests.triage.conftest import COMPLAINT, DANGER, IRRELEVANT, LEGAL, QUESTION, THANKS
from triage import recompute
from triage.models import Suggestion
from triage.recompute import CheckReport, check, check_batch

ALL = [THANKS, QUESTION, COMPLAINT, IRRELEVANT, DANGER, LEGAL]


def publish(change) -> None:
    """The scenario map with this change in force, past every person: this is not what is tried here."""
    playbook = Playbook.objects.get(slug="scenario-map")
    version = draft_version(playbook, change(published_trees()["scenario-map"]))
    playbook.versions.filter(state="published").update(state="retired")
    PlaybookVersion.objects.filter(pk=version.pk).update(state="published", published_at="2026-11-22T12:00Z")


def praise_is_left_alone(tree):
    value = tree.nodes["value"]
    answers = tuple(replace(answer, to="out_ignore_stand") for answer in value.answers)
    return replace(tree, nodes={**tree.nodes, "value": replace(value, answers=answers)})


def questions_are_worded_anew(tree):
    kind = replace(tree.nodes["kind"], question=Text("What kind is it?", "Welcher Art ist es?"))
    return replace(tree, nodes={**tree.nodes, "kind": kind})


@pytest.fixture
def history(arrive):
    """Suggestions made with three versions of the map."""
    for change in (None, praise_is_left_alone, questions_are_worded_anew):
        if change:
            publish(change)
        for read in ALL:
            arrive(read=read)


def test_a_history_of_three_published_versions_has_no_fault(history):
    numbers = {step["version"] for one in Suggestion.objects.all() for step in one.path["steps"]}
    assert numbers == {1, 2, 3}
    report = check()
    assert (report.checked, report.fault_count, report.faults) == (18, 0, [])


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("disposition", "ignore", "disposition"),
        ("outcome", "out_respond_idea", "outcome"),
        ("severity", "L0", "severity"),
        ("to_confirm", ["scenario-map/ours"], "to_confirm"),
    ],
)
def test_a_suggestion_tampered_with_is_found(field, value, part, history):
    victim = Suggestion.objects.filter(disposition="escalate").order_by("pk").last()
    Suggestion.objects.filter(pk=victim.pk).update(**{field: value})
    report = check()
    assert report.fault_count == 1
    (fault,) = report.faults
    assert (fault.suggestion_id, fault.mention_id) == (victim.pk, victim.mention_id)
    assert [(one.part, one.stored, one.recomputed) for one in fault.differences] == [
        (part, value, getattr(victim, field))
    ]


def test_facts_tampered_with_are_found(history):
    victim = Suggestion.objects.filter(outcome="out_escalate_safety").first()
    Suggestion.objects.filter(pk=victim.pk).update(facts=victim.facts | {"text.lex.danger": 0})
    (fault,) = check().faults
    assert {one.part for one in fault.differences} >= {"path", "disposition", "outcome"}


def test_a_version_changed_behind_the_back_of_the_console_is_found(history):
    """The database refuses it; here somebody switched that off."""
    version = PlaybookVersion.objects.get(playbook__slug="scenario-map", number=1)
    changed = version.content.replace("out_escalate_safety", "out_escalate_harm")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE playbooks_playbookversion DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE playbooks_playbookversion SET content = %s, sha256 = 'x' WHERE id = %s", [changed, version.pk]
        )
        cursor.execute("ALTER TABLE playbooks_playbookversion ENABLE TRIGGER USER")
    assert check().fault_count == 1


def test_a_version_that_is_gone_is_a_fault(arrive):
    suggestion = arrive(read=THANKS).suggestion
    Suggestion.objects.filter(pk=suggestion.pk).update(versions={"scenario-map": 0})
    (fault,) = check().faults
    assert fault.differences[0].part == recompute.LOST_VERSION


def test_drift_is_told_and_is_no_fault(history):
    Author.objects.update(followers=7)
    report = check(with_drift=True)
    assert report.fault_count == 0
    assert (report.drifted, report.drift["author.followers"]) == (18, 18)


def test_batches_and_a_limit_give_the_same(history, monkeypatch):
    monkeypatch.setattr(recompute, "BATCH", 5)
    assert check().checked == 18
    assert check(last=7).checked == 7
    report, below = CheckReport(), None
    for _each in range(4):
        below = check_batch(report, below)
        report = CheckReport.from_json(report.to_json())
    assert (below, report.checked) == (None, 18)


def test_the_command_ends_well_or_names_the_faults(history, capsys):
    call_command("replay", "--check")
    assert "18 checked, 0 faults" in capsys.readouterr().out
    victim = Suggestion.objects.filter(disposition="respond").first()
    Suggestion.objects.filter(pk=victim.pk).update(disposition="ignore")
    with pytest.raises(CommandError) as error:
        call_command("replay", "--check", "--drift")
    assert error.value.returncode == 1
    out = capsys.readouterr().out
    assert f"mention {victim.mention_id}" in out
    assert "disposition" in out

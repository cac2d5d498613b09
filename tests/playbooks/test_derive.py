"""Policies come from the severity matrix, stay as people edit them, and say so; deriving again shows what changes."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from crisis.escalation_clock import FrozenPolicy
from playbooks.derive import derive, differs
from playbooks.models import EscalationPolicy, SeverityLevel
from playbooks.starter.load import load_starter
from tests.crisis.make import make_escalation
from tests.make import NOON, make_mention
from tests.playbooks.pages import fields_of


@pytest.fixture(autouse=True)
def loaded(db) -> None:
    load_starter(NOON)


@pytest.fixture
def desk(client, ada):
    client.force_login(ada)
    return client


def pair(level: str) -> tuple[EscalationPolicy, SeverityLevel]:
    return EscalationPolicy.objects.get(level=level), SeverityLevel.objects.get(level=level)


def address(policy: EscalationPolicy, act: str = "change") -> str:
    return reverse(f"admin:playbooks_escalationpolicy_{act}", args=[policy.pk])


@pytest.mark.parametrize("level", ["L1", "L2", "L3", "L4"])
def test_the_starter_policies_are_what_the_matrix_says(level):
    assert not differs(*pair(level))


def test_an_edited_policy_says_so_and_is_derived_again_after_a_look(desk):
    policy, _level = pair("L2")
    policy.steps.filter(position=2).update(delay=timedelta(minutes=5))
    assert "differs from the matrix" in desk.get(address(policy)).content.decode()

    preview = desk.get(address(policy, "derive")).content.decode()
    assert "after 5m" in preview
    assert "after 30m" in preview
    assert differs(*pair("L2"))

    desk.post(address(policy, "derive"))
    assert not differs(*pair("L2"))
    assert "Derived again" in LogEntry.objects.get().change_message


def test_a_changed_level_leaves_its_policy_until_it_is_derived_again():
    policy, level = pair("L3")
    level.acknowledge_within = timedelta(minutes=7)
    level.save()

    assert differs(*pair("L3"))
    derive(policy, level)
    assert [step.delay for step in policy.steps.all()] == [timedelta(0), timedelta(minutes=7)]


def test_what_runs_keeps_the_policy_it_began_with(maya):
    policy, _level = pair("L3")
    running = make_escalation(mention=make_mention(), by=maya, severity="L3")
    before = FrozenPolicy.from_json(running.policy)

    SeverityLevel.objects.filter(level="L3").update(acknowledge_within=timedelta(minutes=1))
    derive(policy, SeverityLevel.objects.get(level="L3"))

    running.refresh_from_db()
    assert FrozenPolicy.from_json(running.policy) == before


def test_two_steps_change_places(desk):
    policy, _level = pair("L4")
    first, second = policy.steps.all()
    fields = fields_of(desk.get(address(policy)))

    answer = desk.post(address(policy), fields | {"steps-0-position": "2", "steps-1-position": "1"})

    assert answer.status_code == 302, answer.context["errors"]
    assert [step.pk for step in policy.steps.all()] == [second.pk, first.pk]
    assert [step.position for step in policy.steps.all()] == [1, 2]


def test_a_policy_without_a_step_is_refused(desk):
    policy, _level = pair("L4")
    fields = fields_of(desk.get(address(policy)))

    page = desk.post(address(policy), fields | {"steps-0-DELETE": "on", "steps-1-DELETE": "on"})

    assert "A policy without a step would call nobody." in page.content.decode()
    assert policy.steps.count() == 2


def test_others_derive_nothing(client, sam):
    client.force_login(sam)

    assert client.post(address(pair("L2")[0], "derive")).status_code in (302, 403)

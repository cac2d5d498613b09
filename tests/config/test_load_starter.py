"""What every console begins with."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from accounts.models import Role
from monitoring.models import WordList
from playbooks.models import EscalationPolicy, Playbook

pytestmark = pytest.mark.django_db


def load() -> str:
    said = StringIO()
    call_command("load_starter", stdout=said)
    return said.getvalue()


def test_a_fresh_console_gets_groups_roles_word_lists_and_playbooks():
    said = load()
    assert Group.objects.count() == 4
    assert Role.objects.count() == 11
    assert WordList.objects.count() == 24
    assert Playbook.objects.filter(versions__state="published").count() >= 2
    assert EscalationPolicy.objects.count() == 4
    assert "Duty roles: 11 new" in said


def test_loading_again_says_that_nothing_is_new_and_keeps_what_somebody_changed():
    load()
    WordList.objects.filter(slug="spam", language="en").update(terms=["ours"])
    Role.objects.filter(slug="legal").update(name_en="Counsel")
    said = load()
    assert "Duty roles: 0 new" in said
    assert "Word lists: 0 new" in said
    assert "Playbooks: 0 new" in said
    assert WordList.objects.get(slug="spam", language="en").terms == ["ours"]
    assert Role.objects.get(slug="legal").name_en == "Counsel"


def test_loading_gives_every_group_its_rights_back():
    load()
    Group.objects.get(name="pr_lead").permissions.clear()
    load()
    assert Group.objects.get(name="pr_lead").permissions.filter(codename="acknowledge_escalation").exists()

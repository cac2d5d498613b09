"""Admins read trees as an outline and change policies without typing JSON; a published version only shows."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from playbooks.models import (
    EscalationPolicy,
    Playbook,
    PlaybookVersion,
    ResponseTemplate,
    SeverityLevel,
    StartTree,
    Urgency,
)
from playbooks.starter.load import load_starter
from tests.make import NOON, make_channel

MODELS = (EscalationPolicy, Playbook, PlaybookVersion, ResponseTemplate, SeverityLevel, StartTree, Urgency)


@pytest.fixture(autouse=True)
def loaded(db) -> None:
    load_starter(NOON)


@pytest.fixture
def desk(client, ada):
    client.force_login(ada)
    return client


def address(model: type, row: object = None) -> str:
    name = model._meta.model_name
    if row is None:
        return reverse(f"admin:playbooks_{name}_changelist")
    return reverse(f"admin:playbooks_{name}_change", args=[row.pk])


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_every_row_can_be_read(desk, ada, model, language):
    ada.language = language
    ada.save()

    assert desk.get(address(model)).status_code == 200
    for row in model.objects.all():
        assert desk.get(address(model, row)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_others_are_refused(client, sam, model):
    client.force_login(sam)

    assert client.get(address(model)).status_code in (302, 403)
    assert client.get(address(model, model.objects.first())).status_code in (302, 403)


def test_a_version_reads_as_an_outline(desk):
    version = PlaybookVersion.objects.get(playbook__slug="scenario-map")

    page = desk.get(address(PlaybookVersion, version)).content.decode()

    assert "Does it report or threaten harm to people, or a crime?" in page
    assert "(risk question)" in page
    assert (
        "“Yes” if hits in the word list “danger”: at least 1 or hits in the word list “self-harm”: at least 1" in page
    )
    assert "the playbook “self-inflicted”" in page
    assert "who: Head of social media, PR lead, Executive, Legal, Subject expert" in page
    assert "<textarea" not in page


def test_a_version_cannot_be_changed_or_deleted_here(desk):
    version = PlaybookVersion.objects.get(playbook__slug="scenario-map")

    assert desk.post(address(PlaybookVersion, version), {"content": "{}"}).status_code == 405
    assert desk.post(reverse("admin:playbooks_playbookversion_delete", args=[version.pk])).status_code == 403


def test_policies_read_as_sentences_in_a_fixed_number_of_queries(desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        page = desk.get(address(EscalationPolicy)).content.decode()

    assert "at once: whom the outcome names, else the level" in page
    assert "after 30m: Head of social media: deputy, PR lead: on shift" in page
    assert "after 5m: everyone of every role" in page


def test_the_matrix_reads_as_sentences(desk):
    page = desk.get(address(SeverityLevel)).content.decode()
    lowest = desk.get(address(SeverityLevel, SeverityLevel.objects.get(level="L0"))).content.decode()

    assert "the author is: journalist, authority, lawyer or hits in the word list “legal steps”: at least 1" in page
    assert "PR lead, Executive (after 10m)" in page
    assert "planned posts are paused: no" in lowest
    assert "<select" not in lowest


def step_fields(policy: EscalationPolicy, **changes: object) -> dict[str, object]:
    steps = list(policy.steps.all())
    fields: dict[str, object] = {
        "name_en": policy.name_en,
        "name_de": policy.name_de,
        "rounds": 3,
        "round_delay": "20m",
        "acknowledgement_lasts": "",
        "steps-TOTAL_FORMS": len(steps),
        "steps-INITIAL_FORMS": len(steps),
    }
    for number, step in enumerate(steps):
        fields |= {
            f"steps-{number}-id": step.pk,
            f"steps-{number}-policy": policy.pk,
            f"steps-{number}-position": step.position,
            f"steps-{number}-delay": "0s",
            f"steps-{number}-targets": [f"{target['role']}:{target['who']}" for target in step.targets],
            f"steps-{number}-urgency": step.urgency_id,
            f"steps-{number}-rule": "anyone",
        }
    return fields | changes


def test_an_admin_changes_who_is_called_and_when(desk):
    policy = EscalationPolicy.objects.get(level="L2")
    changes = {"steps-1-delay": "10m", "steps-1-targets": ["legal:deputy", "all_roles:all"]}

    answer = desk.post(address(EscalationPolicy, policy), step_fields(policy, **changes))

    assert answer.status_code == 302
    policy.refresh_from_db()
    second = policy.steps.get(position=2)
    assert policy.round_delay == timedelta(minutes=20)
    assert second.delay == timedelta(minutes=10)
    assert second.targets == [{"role": "legal", "who": "deputy"}, {"role": "all_roles", "who": "all"}]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"steps-1-delay": "soon"}, "Write a number with s, m, h or d"),
        ({"steps-1-targets": ["king:on_shift"]}, "Select a valid choice"),
    ],
)
def test_a_wrong_step_is_refused_in_words(desk, changes, sentence):
    policy = EscalationPolicy.objects.get(level="L2")

    answer = desk.post(address(EscalationPolicy, policy), step_fields(policy, **changes))

    assert sentence in answer.content.decode()
    assert policy.steps.get(position=2).delay == timedelta(minutes=30)


def test_an_unchanged_policy_form_changes_nothing(desk):
    policy = EscalationPolicy.objects.get(level="L3")
    before = list(policy.steps.values())
    page = desk.get(address(EscalationPolicy, policy))
    inline = page.context["inline_admin_formsets"][0].formset

    delays = {f"steps-{i}-delay": form["delay"].value() for i, form in enumerate(inline.initial_forms)}
    desk.post(address(EscalationPolicy, policy), step_fields(policy, **delays))

    assert delays == {"steps-0-delay": "0s", "steps-1-delay": "15m"}
    assert list(policy.steps.values()) == before


def test_a_short_name_is_chosen_once(desk):
    urgency = Urgency.objects.get(slug="now")

    desk.post(address(Urgency, urgency), {"slug": "later", "within": "20m", "around_the_clock": "on"})

    urgency.refresh_from_db()
    assert (urgency.slug, urgency.within) == ("now", timedelta(minutes=20))


def test_a_channel_gets_its_own_start_and_the_default_stays(desk):
    channel, default = make_channel(), StartTree.objects.get(channel=None)
    other = Playbook.objects.get(slug="response-assessment")

    desk.post(reverse("admin:playbooks_starttree_add"), {"channel": channel.pk, "playbook": other.pk})

    assert StartTree.objects.get(channel=channel).playbook == other
    assert desk.post(reverse("admin:playbooks_starttree_delete", args=[default.pk])).status_code == 403


def test_the_names_of_rows_are_in_the_readers_language():
    policy = EscalationPolicy.objects.get(level="L3")

    with translation.override("de"):
        assert str(policy) == "Schweregrad L3: Hoch"
        assert str(Playbook.objects.get(slug="scenario-map")) == "Szenario-Karte"
    with translation.override("en"):
        assert str(policy) == "Severity L3: High"

import pytest
from django.db import IntegrityError, transaction

from crisis.escalate import acknowledge, advance_due, cancel, open_escalation, resolve
from crisis.escalate.open import attach, frozen_policy
from crisis.models import Escalation, Notification, Page, TimelineEntry
from crisis.models.escalation import State
from playbooks.models import EscalationPolicy, PolicyStep
from tests.crisis.make import let_pass, make_escalation, make_policy
from tests.crisis.race import race
from tests.make import make_mention, make_reading, make_user

pytestmark = pytest.mark.django_db


def kinds(escalation: Escalation) -> list[str]:
    return list(escalation.timeline.exclude(kind="no_contact").values_list("kind", flat=True))


def copy_of(mention):
    """A further mention of the same story."""
    copy = make_mention(mention.text)
    make_reading(copy, story=mention.story)
    return copy


def people_called(escalation: Escalation) -> set[str]:
    return set(escalation.pages.filter(generation=escalation.generation).values_list("person__username", flat=True))


def test_an_escalation_freezes_its_policy_and_is_due_at_once(pedro, maya):
    escalation = make_escalation(by=maya)
    PolicyStep.objects.all().delete()
    EscalationPolicy.objects.all().delete()
    escalation = Escalation.objects.due().get()
    assert (escalation.state, escalation.step, escalation.round, escalation.opened_by) == (State.ACTIVE, 0, 1, maya)
    assert [step["delay"] for step in escalation.policy["steps"]] == [0, 900]
    assert escalation.policy["steps"][0]["targets"] == [{"role": "pr_lead", "who": "on_shift"}]
    assert kinds(escalation) == ["opened"]


def test_the_leaf_says_who_is_called_first(pedro, lea):
    escalation = make_escalation(roles=("legal", "privacy_officer"))
    assert [target["role"] for target in escalation.policy["steps"][0]["targets"]] == ["legal", "privacy_officer"]


def test_a_lower_severity_than_l1_is_escalated_as_l1():
    make_policy("L1")
    mention = make_mention()
    make_reading(mention)
    escalation = open_escalation(
        story=mention.story, mention=mention, severity="L0", roles=None, title="t", reason="", by=None
    )
    assert escalation.severity == "L1"


def test_a_further_mention_of_the_story_attaches_and_calls_nobody_again(pedro):
    first = make_escalation()
    advance_due()
    again = make_escalation(mention=copy_of(first.mention))
    assert again == first
    assert kinds(first) == ["opened", "step_fired", "attached"]
    assert advance_due() == 0
    assert Page.objects.count() == 1


def test_a_higher_severity_calls_everybody_anew(pedro, lea):
    make_policy("L4", (0, []), (300, [("all_roles", "all")]), default_who=("legal",))
    first = make_escalation("L3")
    advance_due()
    acknowledge(first.pk, pedro, "console")
    raised = make_escalation("L4", mention=copy_of(first.mention))
    assert raised == first
    assert (raised.state, raised.severity, raised.generation, raised.step) == (State.ACTIVE, "L4", 2, 0)
    assert raised.policy["slug"] == "severity-l4"
    assert advance_due() == 1
    assert people_called(raised) == {"pedro", "lea"}, "whom the first calling named, and whom the level names"
    assert kinds(raised)[-2:] == ["rose", "step_fired"]


def test_a_lower_severity_only_attaches(pedro, lea):
    make_policy("L1", default_who=("legal",))
    first = make_escalation("L3")
    advance_due()
    make_escalation("L1", mention=copy_of(first.mention))
    first.refresh_from_db()
    assert (first.severity, first.generation) == ("L3", 1)
    assert kinds(first)[-1] == "attached"


def test_roles_that_were_not_called_yet_are_called_whatever_the_severity(pedro, lea):
    make_policy("L1")
    first = make_escalation("L3")
    advance_due()
    make_escalation("L1", mention=copy_of(first.mention), roles=("legal",))
    first.refresh_from_db()
    assert (first.severity, first.generation, first.state) == ("L3", 2, State.ACTIVE)
    advance_due()
    assert people_called(first) == {"pedro", "lea"}


def test_what_was_still_waiting_to_be_sent_is_withdrawn_when_calling_starts_anew(pedro):
    make_policy("L4")
    first = make_escalation("L3")
    advance_due()
    make_escalation("L4", mention=copy_of(first.mention))
    assert set(Notification.objects.values_list("state", flat=True)) == {"withdrawn"}
    advance_due()
    assert Notification.objects.filter(state="pending", page__generation=2).exists()


def test_after_it_was_resolved_a_further_mention_opens_a_new_one(pedro):
    first = make_escalation()
    resolve(first.pk, pedro)
    second = make_escalation(mention=copy_of(first.mention))
    assert second != first
    assert second.is_open


def test_a_mention_does_not_attach_to_what_closed_after_it_was_found(pedro):
    found = make_escalation()
    cancel(found.pk, pedro)
    policy = frozen_policy("L3")
    assert found.state == State.ACTIVE, "as it was read before somebody cancelled it"
    assert attach(found, policy, found.mention, None, names_roles=False) is False
    assert "attached" not in kinds(found)


@pytest.mark.django_db(transaction=True)
def test_a_mention_that_arrives_while_it_is_cancelled_attaches_before_or_opens_anew(pedro):
    for _round in range(10):
        first = make_escalation()
        further = copy_of(first.mention)
        race(lambda: cancel(first.pk, pedro), lambda: make_escalation(mention=further))  # noqa: B023
        if "attached" in kinds(first):
            assert kinds(first)[-2:] == ["attached", "cancelled"]
        else:
            assert Escalation.objects.open().get(mention=further) != first


def test_the_database_refuses_a_second_open_escalation_of_a_story(pedro):
    first = make_escalation()
    twin = Escalation.objects.get(pk=first.pk)
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_nothing_is_called_when_the_callers_transaction_fails(pedro):
    with transaction.atomic():
        make_escalation()
        transaction.set_rollback(True)
    assert not Escalation.objects.exists()


def test_attaching_costs_the_same_however_much_is_attached(pedro, django_assert_max_num_queries):
    first = make_escalation()
    advance_due()
    for mention in [copy_of(first.mention) for _copy in range(3)]:
        with django_assert_max_num_queries(12):
            make_escalation(mention=mention)


def test_the_timeline_replays_to_the_present_state(pedro, lea):
    make_policy("L4")
    escalation = make_escalation()
    advance_due()
    acknowledge(escalation.pk, pedro, "console")
    let_pass(1801)
    advance_due()
    make_escalation("L4", mention=copy_of(escalation.mention))
    advance_due()
    resolve(escalation.pk, pedro)
    state = None
    for entry in TimelineEntry.objects.filter(escalation=escalation):
        if "from" in entry.data:
            assert entry.data["from"] == state
            state = entry.data["to"]
    escalation.refresh_from_db()
    assert state == escalation.state == State.RESOLVED
    last = TimelineEntry.objects.filter(escalation=escalation).last()
    assert last.data["generation"] == escalation.generation == 3


def test_whoever_is_not_active_is_not_called():
    make_user("gone", roles=("pr_lead",), is_active=False)
    make_user("here", roles=("pr_lead",))
    escalation = make_escalation()
    advance_due()
    assert people_called(escalation) == {"here"}

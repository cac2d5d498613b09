from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.bell import ring
from accounts.models import BellItem
from crisis.escalate import acknowledge, advance_due, cancel, resolve
from crisis.models import Acknowledgement, Escalation, Notification, Page
from crisis.models.escalation import State
from tests.crisis.make import let_pass, make_contact, make_escalation, make_policy
from tests.crisis.race import race
from tests.make import make_user

ROUNDS = 100


def called_escalation(**fields) -> Escalation:
    escalation = make_escalation(**fields)
    advance_due()
    return escalation


@pytest.mark.django_db
def test_acknowledging_stops_the_clock(pedro):
    make_contact(pedro)
    escalation = called_escalation()
    answered = acknowledge(escalation.pk, pedro, "console")
    assert answered.state == State.ACKNOWLEDGED
    assert set(Notification.objects.values_list("state", flat=True)) == {"withdrawn"}
    let_pass(29 * 60)
    assert advance_due() == 0
    row = Acknowledgement.objects.get()
    assert (row.person, row.via, row.page) == (pedro, "console", Page.objects.get())
    assert row.expires_at - row.at == timedelta(minutes=30)


@pytest.mark.django_db
def test_acknowledging_twice_is_one_acknowledgement(pedro):
    escalation = called_escalation()
    first = acknowledge(escalation.pk, pedro, "console")
    second = acknowledge(escalation.pk, pedro, "api")
    assert Acknowledgement.objects.count() == 1
    assert second.rev == first.rev


@pytest.mark.django_db
def test_who_was_faster_keeps_it(pedro):
    rosa = make_user("rosa", groups=("pr_lead",))
    escalation = called_escalation()
    acknowledge(escalation.pk, rosa, "console")
    acknowledge(escalation.pk, pedro, "console")
    assert Acknowledgement.objects.get().person == rosa


@pytest.mark.django_db
def test_a_page_of_an_earlier_calling_takes_nothing_over(pedro):
    escalation = called_escalation()
    page = escalation.pages.get()
    Escalation.objects.update(generation=2)
    assert acknowledge(escalation.pk, pedro, "link", page).state == State.ACTIVE


@pytest.mark.django_db
def test_without_an_end_an_acknowledgement_never_runs_out(pedro):
    make_policy("L1", lasts=None)
    escalation = called_escalation(severity="L1")
    answered = acknowledge(escalation.pk, pedro, "console")
    assert answered.step_due_at is None
    let_pass(30 * 24 * 3600)
    assert advance_due() == 0


@pytest.mark.django_db
def test_the_bells_of_those_who_were_called_fall_silent(pedro):
    escalation = called_escalation()
    key = Notification.objects.get(lane="in_app").key
    ring(pedro.pk, group="needs_you", key=key, title="L3", url="/")
    ring(pedro.pk, group="needs_you", key="another", title="Something else", url="/")
    acknowledge(escalation.pk, pedro, "console")
    assert list(BellItem.objects.filter(read_at=None).values_list("key", flat=True)) == ["another"]


@pytest.mark.django_db
def test_whoever_was_paged_may_acknowledge_without_any_right(groups):
    noor = make_user("noor", roles=("pr_lead",))
    escalation = called_escalation()
    assert acknowledge(escalation.pk, noor, "console").state == State.ACKNOWLEDGED


@pytest.mark.django_db
@pytest.mark.parametrize("act", [lambda pk, by: acknowledge(pk, by, "console"), resolve, cancel])
def test_sam_may_do_none_of_it_nor_learn_that_it_exists(act, sam, pedro):
    escalation = called_escalation()
    with pytest.raises(Escalation.DoesNotExist):
        act(escalation.pk, sam)
    escalation.refresh_from_db()
    assert escalation.state == State.ACTIVE


@pytest.mark.django_db
def test_maya_may_take_back_what_she_opened_and_nothing_else(maya, pedro):
    hers, another = called_escalation(by=maya), called_escalation(by=pedro)
    assert cancel(hers.pk, maya).state == State.CANCELLED
    with pytest.raises(PermissionDenied):
        cancel(another.pk, maya)
    with pytest.raises(PermissionDenied):
        resolve(another.pk, maya)


@pytest.mark.django_db
def test_who_has_it_may_resolve_it(lea, pedro):
    escalation = called_escalation()
    with pytest.raises(PermissionDenied):
        resolve(escalation.pk, lea)
    acknowledge(escalation.pk, lea, "console")
    done = resolve(escalation.pk, lea)
    assert done.state == State.RESOLVED
    assert done.closed_at <= timezone.now()
    assert done.step_due_at is None


@pytest.mark.django_db
def test_closing_twice_or_both_ways_keeps_the_first(pedro):
    escalation = called_escalation()
    resolve(escalation.pk, pedro)
    assert cancel(escalation.pk, pedro).state == State.RESOLVED
    assert acknowledge(escalation.pk, pedro, "console").state == State.RESOLVED
    assert resolve(escalation.pk, pedro).state == State.RESOLVED
    assert [entry.kind for entry in escalation.timeline.all()][-1] == "resolved"


@pytest.mark.django_db
def test_cancelling_tells_whoever_was_called_to_stand_down_on_the_way_they_were_called(pedro, lea):
    reached, waiting = make_contact(pedro), make_contact(pedro, "later@example.test", position=2)
    make_policy("L3", (0, [("pr_lead", "on_shift"), ("legal", "on_shift")]))
    escalation = called_escalation()
    Notification.objects.filter(contact_method=reached).update(state="delivered", attempts_made=1)
    cancel(escalation.pk, pedro)
    row = Notification.objects.get(kind="stand_down")
    assert row.contact_method == reached
    assert row.page.person == pedro
    assert Notification.objects.get(contact_method=waiting).state == "withdrawn"


@pytest.mark.django_db
def test_what_the_mail_server_may_have_got_is_stood_down_too(pedro):
    sending = make_contact(pedro)
    escalation = called_escalation()
    Notification.objects.filter(contact_method=sending).update(state="sending", attempts_made=1)
    cancel(escalation.pk, pedro)
    assert Notification.objects.get(kind="stand_down").contact_method == sending


@pytest.mark.django_db(transaction=True)
def test_acknowledge_races_a_step(pedro, ada):
    """Either the step fires first, and its pages are withdrawn, or it does not fire at all."""
    make_contact(pedro)
    escalation = called_escalation()
    for _round in range(ROUNDS):
        Notification.objects.all().delete()
        Escalation.objects.filter(pk=escalation.pk).update(state=State.ACTIVE, round=1, step=1)
        let_pass(3600, escalation)
        Page.objects.exclude(step=1, round=1).delete()
        race(advance_due, lambda: acknowledge(escalation.pk, pedro, "console"))
        escalation.refresh_from_db()
        assert escalation.state == State.ACKNOWLEDGED
        assert not Notification.objects.exclude(state="withdrawn").exists()
        Acknowledgement.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_acknowledge_at_once(pedro):
    rosa = make_user("rosa", groups=("pr_lead",))
    escalation = called_escalation()
    for _round in range(20):
        Acknowledgement.objects.all().delete()
        Escalation.objects.filter(pk=escalation.pk).update(state=State.ACTIVE)
        race(
            lambda: acknowledge(escalation.pk, pedro, "console"),
            lambda: acknowledge(escalation.pk, rosa, "link"),
        )
        assert Acknowledgement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_acknowledge_against_resolve_ends_resolved(pedro):
    for _round in range(20):
        escalation = called_escalation()
        race(lambda: acknowledge(escalation.pk, pedro, "console"), lambda: resolve(escalation.pk, pedro))  # noqa: B023
        escalation.refresh_from_db()
        assert escalation.state == State.RESOLVED


@pytest.mark.django_db(transaction=True)
def test_a_crowd_that_escalates_one_story_opens_one_escalation(pedro):
    first = make_escalation()
    resolve(first.pk, pedro)
    mention = first.mention
    race(*[lambda: make_escalation(mention=mention)] * 8)
    assert Escalation.objects.open().count() == 1
    opened = Escalation.objects.open().get()
    assert opened.timeline.filter(kind="attached").count() == 7


@pytest.mark.django_db(transaction=True)
def test_several_workers_fire_each_step_once(pedro, ada):
    make_contact(pedro)
    for _each in range(40):
        make_escalation()
    race(*[lambda: advance_due(limit=5)] * 8)
    while advance_due():
        pass
    assert Page.objects.count() == 40
    assert Notification.objects.count() == 80

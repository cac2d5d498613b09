"""The roster in the engine: whoever has the shift is called, and every change leaves what was as it was."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from crisis.escalate import advance_due
from crisis.escalate.roster import Roster
from crisis.escalation_clock import FrozenTarget
from crisis.models import Page, ShiftOverride, TimelineEntry
from crisis.roster.changes import RosterError, call_off, change_rotation, stand_in
from crisis.roster.plans import plans
from tests.crisis.make import make_escalation, make_policy, make_rotation
from tests.make import make_user

pytestmark = pytest.mark.django_db
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def paula(pedro):
    """Second in the role's own order."""
    return make_user("paula", roles=("pr_lead",))


@pytest.fixture
def role(pedro):
    return Role.objects.get(slug="pr_lead")


def order(now):
    return [person and person.username for person in Roster(now).in_order("pr_lead")]


def called_for(now, role, who):
    return [one.person for one in Roster(now).called([FrozenTarget(role, who)])]


def called():
    return {page.person.username: (page.step, page.why.get("because", "")) for page in Page.objects.all()}


def test_whoever_has_the_shift_is_called_and_the_others_are_deputies(pedro, paula, now):
    make_rotation("pr_lead", paula, pedro)
    assert order(now) == ["paula", "pedro"]
    assert order(now + WEEK) == ["pedro", "paula"]
    make_escalation()
    advance_due()
    assert called() == {"paula": (1, "rotation")}


def test_without_a_rotation_the_order_of_the_role_counts(pedro, paula, now):
    assert order(now) == ["pedro", "paula"]
    make_escalation()
    advance_due()
    assert called() == {"pedro": (1, "")}


def test_the_first_is_on_shift_the_second_the_deputy_and_all_are_all(pedro, paula, now):
    piet = make_user("piet", roles=("pr_lead",))
    assert called_for(now, "pr_lead", "on_shift") == [pedro]
    assert called_for(now, "pr_lead", "deputy") == [paula]
    assert called_for(now, "pr_lead", "all") == [pedro, paula, piet]
    assert called_for(now, "no_such_role", "all") == []
    with pytest.raises(KeyError):
        called_for(now, "pr_lead", "whoever")


def test_all_roles_name_everybody_once(pedro, paula, lea, now):
    everybody = called_for(now, "all_roles", "all")
    assert len(everybody) == len(set(everybody)) == 3
    assert set(everybody) == {pedro, paula, lea}
    assert set(called_for(now, "all_roles", "on_shift")) == {pedro, lea}


def test_in_a_gap_the_next_step_is_called_at_once_and_the_timeline_says_so(pedro, paula, now):
    closed = time(3) if now.hour > 12 else time(20)
    make_policy("L3", (0, [("pr_lead", "on_shift")]), (900, [("pr_lead", "deputy")]))
    make_rotation("pr_lead", paula, weekdays=list(range(7)), opens=closed, closes=closed.replace(minute=30))
    make_escalation()
    advance_due()
    assert called() == {"pedro": (2, "")}
    assert TimelineEntry.objects.filter(kind=TimelineEntry.Kind.NOBODY).exists()


def test_who_left_the_role_leaves_a_gap_in_their_shift(pedro, paula, now):
    make_rotation("pr_lead", paula, pedro)
    paula.duties.all().delete()
    assert order(now) == [None, "pedro"]


def test_whoever_stands_in_is_called_first_and_need_not_hold_the_role(pedro, paula, maya, now, role):
    make_rotation("pr_lead", paula, pedro)
    override = stand_in(role, maya, now, now + HOUR, by=pedro, now=now)
    assert order(now) == ["maya", "pedro", "paula"]
    assert order(now + HOUR) == ["paula", "pedro"]
    make_escalation()
    advance_due()
    assert called() == {"maya": (1, "override")}
    assert call_off(override, by=pedro, now=now + HOUR / 2)
    assert not call_off(override, by=pedro, now=now + HOUR / 2), "once is enough"
    assert order(now + HOUR * 0.6) == ["paula", "pedro"]
    override.refresh_from_db()
    assert (override.starts_at, override.ends_at) == (now, now + HOUR / 2), "what is past stays"


def test_standing_in_works_without_a_rotation_and_ends_with_leaving(pedro, lea, now, role):
    stand_in(role, lea, now + HOUR, now + 2 * HOUR, by=pedro, now=now)
    assert order(now) == ["pedro"]
    assert order(now + HOUR) == ["lea", "pedro"]
    lea.is_active = False
    lea.save()
    assert order(now + HOUR) == ["pedro"]


def test_an_edit_counts_from_its_moment_and_never_from_the_past(pedro, paula, now, role):
    rotation = make_rotation("pr_lead", paula, pedro)
    said = {"time_zone": "UTC", "handover_on": now.date(), "handover_at": time(0), "period": WEEK}
    change_rotation(rotation, [pedro], by=pedro, now=now, effective_from=now - WEEK, **said)
    assert order(now - HOUR / 2) == ["paula", "pedro"]
    assert order(now + HOUR) == ["pedro", "paula"]
    change_rotation(rotation, [paula], by=pedro, now=now, effective_from=now + 3 * WEEK, **said)
    change_rotation(rotation, [], by=pedro, now=now, effective_from=now + 2 * WEEK, **said)
    [versions] = plans({"pr_lead": [pedro]}, now)["pr_lead"].rotations
    assert [version.members for version in versions] == [(paula.pk, pedro.pk), (pedro.pk,), ()]
    assert order(now + 4 * WEEK) == ["pedro", "paula"], "ended: the order of the role again"


@pytest.mark.parametrize(
    ("field", "begins", "ends"),
    [("ends_at", 2, 1), ("ends_at", -3, -2), ("ends_at", 0, 24 * 7 * 9)],
)
def test_nobody_stands_in_backwards_in_the_past_or_for_ever(pedro, now, role, field, begins, ends):
    with pytest.raises(RosterError) as refused:
        stand_in(role, pedro, now + begins * HOUR, now + ends * HOUR, by=pedro, now=now)
    assert refused.value.field == field
    assert not ShiftOverride.objects.exists()


def test_who_does_not_hold_the_role_takes_no_turns(pedro, lea, role):
    with pytest.raises(RosterError, match="lea"):
        make_rotation("pr_lead", pedro, lea)
    assert not role.rotations.exists()


def test_it_costs_the_same_however_many_take_turns(pedro, paula, now, role, django_assert_num_queries):
    for _again in range(3):
        make_rotation("pr_lead", paula, pedro)
        stand_in(role, pedro, now, now + HOUR, by=pedro, now=now)
    with django_assert_num_queries(5):
        Roster(now).in_order("pr_lead")

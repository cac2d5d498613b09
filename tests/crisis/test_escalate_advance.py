import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import RoleHolder
from crisis.escalate import advance_due
from crisis.models import Escalation, Notification, Page
from crisis.models.escalation import State
from tests.crisis.make import MINUTE, let_pass, make_contact, make_escalation, make_policy
from tests.make import make_holder, make_user

pytestmark = pytest.mark.django_db


def fired(escalation: Escalation) -> list[tuple[int, int, str]]:
    rows = escalation.pages.order_by("round", "step", "person__username")
    return list(rows.values_list("round", "step", "person__username"))


def kinds(escalation: Escalation) -> list[str]:
    return list(escalation.timeline.exclude(kind="no_contact").values_list("kind", flat=True))


def now_due(escalation: Escalation) -> None:
    """The next timer runs out."""
    escalation.refresh_from_db()
    let_pass((escalation.step_due_at - timezone.now()).total_seconds() + 1, escalation)


def test_a_step_that_is_not_due_does_not_fire(pedro):
    escalation = make_escalation()
    assert advance_due() == 1
    assert advance_due() == 0
    assert fired(escalation) == [(1, 1, "pedro")]


def test_steps_and_rounds_fire_in_their_order_until_the_owners_are_paged(pedro, ada):
    make_policy("L3", (0, [("pr_lead", "on_shift")]), (5 * MINUTE, [("pr_lead", "deputy")]), rounds=2)
    make_holder("pr_lead", make_user("noor"))
    escalation = make_escalation()
    for _due in range(5):
        advance_due()
        now_due(escalation)
    escalation.refresh_from_db()
    assert fired(escalation) == [
        (1, 1, "pedro"),
        (1, 2, "noor"),
        (2, 1, "pedro"),
        (2, 2, "noor"),
        (2, 3, "ada"),
    ]
    assert escalation.state == State.EXHAUSTED
    assert kinds(escalation)[-1] == "exhausted"


def test_exhausted_is_not_silent_the_last_step_repeats_every_quarter_of_an_hour(pedro, ada):
    make_policy("L3", (0, [("pr_lead", "on_shift")]), rounds=1)
    escalation = make_escalation()
    for _due in range(4):
        advance_due()
        now_due(escalation)
    escalation.refresh_from_db()
    assert escalation.state == State.EXHAUSTED
    assert fired(escalation) == [(1, 1, "pedro"), (1, 2, "ada"), (2, 1, "pedro"), (3, 1, "pedro")]
    assert kinds(escalation)[-2:] == ["repeated", "repeated"]


def test_after_an_outage_one_step_fires_and_not_the_backlog(pedro, ada):
    make_policy("L3", (0, [("pr_lead", "on_shift")]), (60, [("owner", "all")]))
    escalation = make_escalation()
    let_pass(24 * 3600)
    assert advance_due() == 1
    assert advance_due() == 0
    assert fired(escalation) == [(1, 1, "pedro")]


def test_where_nobody_is_on_shift_the_next_step_fires_at_once_and_the_timeline_says_so(ada):
    make_policy("L3", (0, [("pr_lead", "on_shift")]), (900, [("owner", "on_shift")]))
    escalation = make_escalation()
    advance_due()
    assert fired(escalation) == [(1, 2, "ada")]
    assert kinds(escalation) == ["opened", "nobody", "step_fired"]
    escalation.refresh_from_db()
    assert (escalation.step, escalation.round) == (2, 1)


def test_a_silent_roster_is_loud_at_once_the_owners_are_paged(ada):
    escalation = make_escalation()
    advance_due()
    escalation.refresh_from_db()
    assert escalation.state == State.EXHAUSTED
    assert fired(escalation) == [(3, 3, "ada")]
    assert kinds(escalation).count("nobody") == 6


def test_without_an_owner_those_who_run_the_console_are_paged():
    make_user("root", is_superuser=True)
    escalation = make_escalation()
    advance_due()
    assert fired(escalation) == [(3, 3, "root")]


def test_with_nobody_at_all_it_stays_open_and_tries_again():
    escalation = make_escalation()
    advance_due()
    now_due(escalation)
    make_user("ada", roles=("owner",))
    advance_due()
    assert fired(escalation)[-1][2] == "ada"


def test_places_are_resolved_when_the_step_fires_not_before(pedro):
    escalation = make_escalation()
    RoleHolder.objects.all().delete()
    make_user("noor", roles=("pr_lead",))
    advance_due()
    assert fired(escalation) == [(1, 1, "noor")]


def test_everybody_of_every_role_is_paged_once_each(maya, pedro, lea, ada):
    make_policy("L4", (0, [("all_roles", "all")]))
    escalation = make_escalation("L4")
    advance_due()
    assert [name for _round, _step, name in fired(escalation)] == ["ada", "lea", "maya", "pedro"]


def test_a_page_says_why_this_person(pedro):
    escalation = make_escalation()
    advance_due()
    assert escalation.pages.get().why == {"role": "pr_lead", "who": "on_shift"}


def test_the_console_rings_at_once_and_further_ways_follow_in_the_persons_order(pedro):
    make_contact(pedro, "second@example.test", position=3)
    make_contact(pedro, "first@example.test", position=2)
    make_contact(pedro, "dead@example.test", position=1, disabled_at=timezone.now())
    make_escalation()
    advance_due()
    rows = Notification.objects.order_by("next_attempt_at", "lane").select_related("contact_method")
    first = rows[0].next_attempt_at
    assert [(row.contact_method.address, round((row.next_attempt_at - first).total_seconds())) for row in rows] == [
        ("first@example.test", 0),
        ("", 0),
        ("second@example.test", 120),
    ]


def test_a_person_without_any_outside_way_is_named_on_the_timeline(pedro):
    escalation = make_escalation()
    advance_due()
    entry = escalation.timeline.get(kind="no_contact")
    assert entry.data["person"] == pedro.pk


def test_a_row_that_fails_is_set_aside_the_others_fire_and_the_owners_are_paged(pedro, ada):
    poison = make_escalation()
    Escalation.objects.filter(pk=poison.pk).update(policy={"steps": "nonsense"})
    healthy = make_escalation()
    assert advance_due() == 2
    assert fired(healthy) == [(1, 1, "pedro")]
    poison.refresh_from_db()
    assert poison.failures == 1
    assert poison.step_due_at > timezone.now()
    assert kinds(poison) == ["opened", "step_failed"]
    advance_due()
    engine = Escalation.objects.get(subject_kind="engine")
    assert fired(engine) == [(1, 1, "ada")]
    assert engine.timeline.get(kind="fault").data["cause"] == "step_failed"


def test_a_row_that_keeps_failing_pages_the_owners_once(ada):
    poison = make_escalation()
    Escalation.objects.filter(pk=poison.pk).update(policy={})
    for _minute in range(3):
        advance_due()
        let_pass(61, poison)
    poison.refresh_from_db()
    assert poison.failures == 3
    assert Page.objects.count() == 1


def test_an_acknowledgement_that_runs_out_calls_again_from_the_first_step(pedro):
    escalation = make_escalation()
    advance_due()
    Escalation.objects.filter(pk=escalation.pk).update(state=State.ACKNOWLEDGED, step=2, round=2)
    now_due(escalation)
    advance_due()
    escalation.refresh_from_db()
    assert (escalation.state, escalation.generation, escalation.step, escalation.round) == (State.ACTIVE, 2, 1, 1)
    assert kinds(escalation)[-2:] == ["ran_out", "step_fired"]


def test_a_batch_costs_as_many_queries_as_one_escalation(pedro):
    make_contact(pedro)
    make_escalation()
    advance_due()  # makes pedro's console
    spent = {}
    for count in (1, 5):
        for _each in range(count):
            make_escalation()
        with CaptureQueriesContext(connection) as queries:
            assert advance_due() == count
        spent[count] = len(queries)
    assert spent[5] == spent[1] <= 16


def test_many_at_once_each_fire_what_is_their_own(pedro, ada):
    make_policy("L1", (0, [("nobody", "on_shift")]), (60, [("pr_lead", "on_shift")]))
    make_policy("L2", (0, [("nobody", "on_shift")]), rounds=1)
    make_policy("L3", (0, [("pr_lead", "on_shift")]))
    passing, silent, plain, again = (make_escalation(level) for level in ("L1", "L2", "L3", "L3"))
    Escalation.objects.filter(pk=again.pk).update(state=State.ACKNOWLEDGED, step=1)
    assert advance_due() == 4
    assert [fired(one) for one in (passing, silent, plain, again)] == [
        [(1, 2, "pedro")],
        [(1, 2, "ada")],
        [(1, 1, "pedro")],
        [(1, 1, "pedro")],
    ]
    assert [kinds(one)[1:] for one in (passing, silent, plain, again)] == [
        ["nobody", "step_fired"],
        ["nobody", "exhausted"],
        ["step_fired"],
        ["ran_out", "step_fired"],
    ]
    moves = [(entry.data["from"], entry.data["to"]) for entry in again.timeline.filter(data__has_key="to")[1:]]
    assert moves == [("acknowledged", "active"), ("active", "active")]
    assert again.pages.get().generation == 2


def test_a_person_who_was_paged_for_a_step_already_is_not_paged_again(pedro):
    escalation = make_escalation()
    advance_due()
    page = escalation.pages.get()
    Escalation.objects.filter(pk=escalation.pk).update(step=0, step_due_at=timezone.now())
    assert advance_due() == 1
    assert escalation.pages.get() == page
    assert Notification.objects.count() == 1
    assert escalation.timeline.filter(kind="step_fired").last().data["pages"] == [page.pk]


def test_a_row_that_the_database_refuses_is_found_among_the_others(pedro, ada):
    poison, healthy = make_escalation(), make_escalation()
    Escalation.objects.filter(pk=poison.pk).update(round=32_767)
    Escalation.objects.filter(pk=poison.pk).update(step=2)  # the next round does not fit into its column
    policy = {**poison.policy, "rounds": 40_000}
    Escalation.objects.filter(pk=poison.pk).update(policy=policy)
    assert advance_due() == 2
    assert fired(healthy) == [(1, 1, "pedro")]
    assert kinds(poison)[-1] == "step_failed"

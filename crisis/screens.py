"""What the escalation pages show: each function returns the context of one template."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from accounts.models import User
from crisis import rights, timeline
from crisis.escalate.roster import Roster
from crisis.escalation_clock import FrozenPolicy
from crisis.models import Acknowledgement, DeliveryAttempt, Escalation, Notification, Page
from crisis.models.escalation import State
from playbooks.targets import PLACES, role_names, target_in_words
from plumbing.keyset import page as keyset_page

OPEN_SHOWN = 100
CLOSED_SHOWN = 30
ENTRIES_SHOWN = 200
PAGES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the frozen policy. `state`: done (in this round), next (at `due_at`) or later.

    `people` are those it called, or would call now; empty: nobody holds the roles.
    """

    number: int
    after: timedelta
    targets: tuple[str, ...]
    state: str
    due_at: datetime | None
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageShown:
    """One call, why this person, and what became of each of its notifications."""

    page: Page
    why: str
    acknowledged_at: datetime | None
    notifications: Sequence[Notification]


def list_screen(cursor: str | None) -> dict[str, object]:
    """`open` (newest first, with `holder_name`), `closed` and `next_cursor`. Raises keyset.BadCursor."""
    closed = with_holders(Escalation.objects.filter(closed_at__isnull=False))
    found = keyset_page(closed, ["closed_at", "id"], cursor, CLOSED_SHOWN, descending=True)
    shown = [] if cursor else list(with_holders(Escalation.objects.open()).order_by("-id")[:OPEN_SHOWN])
    return {"open": shown, "closed": found.rows, "next_cursor": found.next_cursor, "cursor": cursor}


def detail_screen(escalation: Escalation, person: User) -> dict[str, object]:
    """`escalation`, `holder`, `steps`, `pages`, `lines`, and what `person` may do: may_acknowledge, …"""
    pages = list(pages_of(escalation))
    names = role_names()
    holder = rights.holder_of(escalation)
    was_called = any(page.person_id == person.pk for page in pages)
    may_change = person.has_perm(rights.CHANGE)
    return {
        "escalation": escalation,
        "holder": holder,
        "policy_name": policy_name(escalation, person.language),
        "steps": steps_of(escalation, pages, names),
        "pages": [shown(page, names) for page in reversed(pages)],
        "lines": timeline.in_words(escalation, entries_of(escalation), pages),
        "may_acknowledge": escalation.is_calling and (person.has_perm(rights.ACKNOWLEDGE) or was_called),
        "may_resolve": escalation.is_open and (may_change or holder == person),
        "may_cancel": escalation.is_open and (may_change or escalation.opened_by_id == person.pk),
    }


def with_holders(rows: QuerySet[Escalation]) -> QuerySet[Escalation]:
    """Each with `holder_name`, the user name of whoever acknowledged last."""
    latest = Acknowledgement.objects.filter(escalation=OuterRef("pk")).order_by("-at", "-id")
    return rows.annotate(holder_name=Subquery(latest.values("person__username")[:1]))


def pages_of(escalation: Escalation) -> Sequence[Page]:
    """The newest pages, oldest first, with person, acknowledgements, notifications and attempts: four queries."""
    attempts = Prefetch("attempts", DeliveryAttempt.objects.order_by("id"))
    notifications = Notification.objects.select_related("contact_method").prefetch_related(attempts).order_by("id")
    rows = Page.objects.filter(escalation=escalation).select_related("person").order_by("-created_at", "-id")
    rows = rows.prefetch_related(Prefetch("notifications", notifications), "acknowledgements")
    return list(rows[:PAGES_SHOWN])[::-1]


def entries_of(escalation: Escalation):
    newest = escalation.timeline.select_related("actor").order_by("-id")[:ENTRIES_SHOWN]
    return list(newest)[::-1]


def policy_name(escalation: Escalation, language: str) -> str:
    name = escalation.policy.get("name", "")
    return escalation.policy.get("name_de") or name if language.startswith("de") else name


def steps_of(escalation: Escalation, pages: Sequence[Page], names: Mapping[str, str]) -> list[StepShown]:
    """The frozen steps of the present round. A policy that cannot be read has none: the timeline says what is wrong."""
    try:
        policy = FrozenPolicy.from_json(escalation.policy)
    except (KeyError, TypeError, ValueError):
        return []
    roster, delay, found = Roster(), 0.0, []
    for number, step in enumerate(policy.steps, start=1):
        delay += step.delay
        state, due_at = state_of(escalation, number, len(policy.steps))
        if state == "done":
            people = [page.person for page in pages if fired_by(page, escalation, number)]
        else:
            people = [called.person for called in roster.called(step.targets)]
        found.append(
            StepShown(
                number,
                timedelta(seconds=delay),
                tuple(target_in_words(asdict(target), names) for target in step.targets),
                state,
                due_at,
                tuple(str(person) for person in people),
            )
        )
    return found


def state_of(escalation: Escalation, number: int, steps: int) -> tuple[str, datetime | None]:
    """Where a step stands; after the last one the first of the next round is next."""
    if escalation.state == State.ACTIVE and number == escalation.step + 1:
        return "next", escalation.step_due_at
    if escalation.state == State.EXHAUSTED and number == steps:
        return "next", escalation.step_due_at
    return ("done", None) if number <= escalation.step else ("later", None)


def fired_by(page: Page, escalation: Escalation, number: int) -> bool:
    where = (page.generation, page.round, page.step)
    return where == (escalation.generation, escalation.round, number)


def shown(page: Page, names: Mapping[str, str]) -> PageShown:
    role = page.why["role"]
    acknowledged = [row.at for row in page.acknowledgements.all()]
    return PageShown(
        page,
        f"{names.get(role, role)}, {PLACES[page.why['who']]}",
        min(acknowledged, default=None),
        list(page.notifications.all()),
    )

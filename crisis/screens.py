"""What the escalation pages show: each function returns the context of one template."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import User
from crisis import rights, timeline
from crisis.escalate.roster import OWNERS, Called, Roster
from crisis.escalation_clock import FrozenPolicy, FrozenTarget
from crisis.models import Acknowledgement, DeliveryAttempt, Escalation, Notification, Page
from crisis.models.escalation import State
from crisis.roster.words import place_in_words
from monitoring.models import Mention
from monitoring.visible import sees_channel
from playbooks.targets import role_names, target_in_words
from plumbing.keyset import page as keyset_page

OPEN_SHOWN = 100
CLOSED_SHOWN = 30
ENTRIES_SHOWN = 200
PAGES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class RowShown:
    """One line of the list. `holder` took it over last; in state acknowledged that person has it."""

    escalation: Escalation
    holder: User | None
    mention: Mention | None


@dataclass(frozen=True, slots=True)
class StepShown:
    """One call of the frozen policy. `state`: done (in this round), next (at `due_at`) or later.

    `kind` is step, or what follows after the last one: again (the first step of the next round), repeat (the last
    step, every quarter of an hour) or owners. `people` are those it called, or would call now; empty: nobody.
    """

    kind: str
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


def list_screen(cursor: str | None, person: User) -> dict[str, object]:
    """What the person sees: `open` (those that still call first, then by severity), `closed` (newest first), both of
    RowShown; `next_cursor` and `cursor`. `open` is empty on a further page of closed ones. Raises BadCursor.
    """
    rows = Escalation.objects.visible_to(person).select_related("mention")
    closed = rows.filter(closed_at__isnull=False)
    found = keyset_page(closed, ["closed_at", "id"], cursor, CLOSED_SHOWN, descending=True)
    still_open = [] if cursor else list(rows.open().order_by("-id")[:OPEN_SHOWN])
    still_open.sort(key=lambda row: (row.is_calling, row.severity), reverse=True)
    holders = holders_of([*still_open, *found.rows])
    return {
        "open": [RowShown(row, holders.get(row.pk), mention_for(person, row)) for row in still_open],
        "closed": [RowShown(row, holders.get(row.pk), mention_for(person, row)) for row in found.rows],
        "next_cursor": found.next_cursor,
        "cursor": cursor,
    }


def detail_screen(escalation: Escalation, person: User) -> dict[str, object]:
    """`escalation`, `mention` (or None), `holder`, `steps`, `pages`, `lines`, and what `person` may do (may_…)."""
    pages = list(pages_of(escalation))
    names = role_names()
    holder = rights.holder_of(escalation)
    was_called = any(page.person_id == person.pk for page in pages)
    may_change = person.has_perm(rights.CHANGE)
    return {
        "escalation": escalation,
        "mention": mention_for(person, escalation),
        "holder": holder,
        "policy_name": policy_name(escalation, person.language),
        "steps": steps_of(escalation, pages, names),
        "pages": [shown(page, names) for page in reversed(pages)],
        "lines": timeline.in_words(escalation, entries_of(escalation), pages),
        "may_acknowledge": escalation.is_calling and (person.has_perm(rights.ACKNOWLEDGE) or was_called),
        "may_resolve": escalation.is_open and (may_change or holder == person),
        "may_cancel": escalation.is_open and (may_change or escalation.opened_by_id == person.pk),
    }


def mention_for(person: User, escalation: Escalation) -> Mention | None:
    """What it is about, unless that is another unit's: who was called from there sees the safe title."""
    mention = escalation.mention
    return mention if mention and sees_channel(person, mention.channel_id) else None


def holders_of(rows: Sequence[Escalation]) -> dict[int, User]:
    """Escalation id → the person who took it over last."""
    latest = Acknowledgement.objects.filter(escalation__in=rows).order_by("escalation_id", "-at", "-id")
    return {row.escalation_id: row.person for row in latest.distinct("escalation_id").select_related("person")}


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
    """The frozen steps of the present round, and what follows after the last one.

    A policy that cannot be read has none: the timeline says what is wrong.
    """
    try:
        policy = FrozenPolicy.from_json(escalation.policy)
    except (KeyError, TypeError, ValueError):
        return []
    roster, delay, found = Roster(timezone.now()), 0.0, []
    for number, step in enumerate(policy.steps, start=1):
        delay += step.delay
        is_done = number <= escalation.step
        people = called_by(pages, escalation, number) if is_done else roster.called(step.targets)
        due_at = escalation.step_due_at if number == escalation.step + 1 and escalation.is_calling else None
        state = "done" if is_done else "next" if due_at else "later"
        found.append(step_shown("step", delay, step.targets, state, due_at, people, names))
    if escalation.is_calling:
        found.append(what_follows(escalation, policy, roster, delay, names))
    return found


def what_follows(
    escalation: Escalation, policy: FrozenPolicy, roster: Roster, delay: float, names: Mapping[str, str]
) -> StepShown:
    """What comes after the last step: another round, the owners, or the last step again."""
    is_next = escalation.step == len(policy.steps)
    state, due_at = ("next", escalation.step_due_at) if is_next else ("later", None)
    delay += policy.round_delay
    if escalation.state == State.EXHAUSTED:
        targets, people = policy.steps[-1].targets, roster.called(policy.steps[-1].targets) or roster.owners()
        return step_shown("repeat", delay, targets, state, due_at, people, names)
    if escalation.round < policy.rounds:
        targets = policy.steps[0].targets
        return step_shown("again", delay, targets, state, due_at, roster.called(targets), names)
    return step_shown("owners", delay, (OWNERS,), state, due_at, roster.owners(), names)


def step_shown(
    kind: str,
    delay: float,
    targets: Sequence[FrozenTarget],
    state: str,
    due_at: datetime | None,
    people: Sequence[Called],
    names: Mapping[str, str],
) -> StepShown:
    in_words = tuple(target_in_words(asdict(target), names) for target in targets)
    persons = tuple(dict.fromkeys(str(called.person) for called in people))
    return StepShown(kind, timedelta(seconds=delay), in_words, state, due_at, persons)


def called_by(pages: Sequence[Page], escalation: Escalation, number: int) -> list[Called]:
    """Whom a step of the present round has called."""
    where = (escalation.generation, escalation.round, number)
    fired = [page for page in pages if (page.generation, page.round, page.step) == where]
    return [Called(page.person, **page.why) for page in fired]


def shown(page: Page, names: Mapping[str, str]) -> PageShown:
    role = page.why["role"]
    acknowledged = [row.at for row in page.acknowledgements.all()]
    return PageShown(
        page,
        f"{names.get(role, role)}, {place_in_words(page.why)}",
        min(acknowledged, default=None),
        list(page.notifications.all()),
    )

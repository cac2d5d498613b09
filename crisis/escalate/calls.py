"""Calls people: one page each, and one notification for each of their contact methods. Withdraws and stands down."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models.functions import Now

from accounts import bell
from accounts.models import BellItem
from crisis.escalate.moves import Kind, note
from crisis.escalate.roster import Called, ways_of
from crisis.escalation_clock import FrozenPolicy
from crisis.links import digest_of, token_of
from crisis.models import ContactMethod, Escalation, Notification, Page
from crisis.models.escalation import short_page_id
from crisis.tempo import LINK_LASTS, PAGE_WANTED_FOR, after
from playbooks.severity_rules import rank
from plumbing.nudge import nudge

HIGHEST = rank("L4")


def call(
    escalation: Escalation, people: Sequence[Called], policy: FrozenPolicy, *, round: int, step: int
) -> list[Page]:
    """Pages these people for this step, at once; whoever was paged for it already is not paged again.

    The console rings at once. Outside ways follow the person's own order: the first now, each further one
    `next_method_after` seconds later, unless somebody has taken over by then.
    """
    drafts = [_draft(escalation, called, round=round, step=step) for called in people]
    Page.objects.bulk_create(drafts, ignore_conflicts=True)
    pages = list(
        Page.objects.filter(escalation=escalation, generation=escalation.generation, round=round, step=step)
        .filter(person__in=[called.person.pk for called in people])
        .select_related("person")
    )
    ways = ways_of(page.person for page in pages)
    notifications = [row for page in pages for row in _notifications(escalation, page, ways[page.person_id], policy)]
    Notification.objects.bulk_create(notifications, ignore_conflicts=True)
    for page in pages:
        if not any(way.is_outside for way in ways[page.person_id]):
            note(escalation, Kind.NO_CONTACT, data={"page": page.pk, "person": page.person_id})
    nudge("notifications.due")
    return pages


def withdraw(escalation: Escalation) -> None:
    """Nothing that is not yet being sent will be; the bells of those who were called fall silent."""
    waiting = Notification.objects.filter(
        escalation=escalation, kind=Notification.Kind.PAGE, state=Notification.State.PENDING
    )
    waiting.update(state=Notification.State.WITHDRAWN, finished_at=Now())
    bells = Notification.objects.filter(escalation=escalation, lane=ContactMethod.Kind.IN_APP)
    keys = list(bells.values_list("key", flat=True))
    ringing: dict[int, list[int]] = {}
    for person_id, pk in BellItem.objects.filter(key__in=keys, read_at=None).values_list("person_id", "pk"):
        ringing.setdefault(person_id, []).append(pk)
    for person_id, items in ringing.items():
        bell.mark_read(person_id, items)


def stand_down(escalation: Escalation) -> None:
    """Tells everybody who was called that it is over, on every way on which they were called."""
    sent = Notification.objects.filter(
        escalation=escalation, kind=Notification.Kind.PAGE, attempts_made__gt=0, contact_method__disabled_at=None
    ).exclude(state=Notification.State.FAILED)
    latest = {row.contact_method_id: row for row in sent.select_related("contact_method").order_by("id")}
    rows = [
        _notification(escalation, row.page_id, row.contact_method, Notification.Kind.STAND_DOWN)
        for row in latest.values()
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    nudge("notifications.due")


def _draft(escalation: Escalation, called: Called, *, round: int, step: int) -> Page:
    page = Page(
        id=short_page_id(),
        escalation=escalation,
        generation=escalation.generation,
        round=round,
        step=step,
        person=called.person,
        why={"role": called.role, "who": called.who},
        created_at=Now(),
        link_expires_at=after(LINK_LASTS),
    )
    page.link_digest = digest_of(token_of(page))
    return page


def _notifications(
    escalation: Escalation, page: Page, ways: Iterable[ContactMethod], policy: FrozenPolicy
) -> Iterator[Notification]:
    before = 0
    for way in ways:
        delay = policy.next_method_after * before if way.is_outside else 0.0
        yield _notification(escalation, page.pk, way, Notification.Kind.PAGE, delay)
        before += way.is_outside


def _notification(
    escalation: Escalation, page_id: str, way: ContactMethod, kind: Notification.Kind, delay: float = 0.0
) -> Notification:
    return Notification(
        key=f"{kind}:{page_id}:{way.pk}",
        kind=kind,
        escalation=escalation,
        page_id=page_id,
        contact_method=way,
        lane=way.kind,
        priority=HIGHEST - rank(escalation.severity),
        next_attempt_at=after(delay),
        expires_at=after(delay + PAGE_WANTED_FOR),
        created_at=Now(),
    )

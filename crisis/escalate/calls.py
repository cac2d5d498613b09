"""Calls people: one page each, and one notification for each of their contact methods. Withdraws and stands down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Now

from accounts import bell
from accounts.models import BellItem
from crisis.escalate.moves import Place
from crisis.escalate.roster import Called, ways_of
from crisis.escalation_clock import FrozenPolicy
from crisis.links import digest_of, token_of
from crisis.models import ContactMethod, Escalation, Notification, Page
from crisis.models.escalation import short_page_id
from crisis.tempo import LINK_LASTS, PAGE_WANTED_FOR
from playbooks.severity_rules import rank
from plumbing.nudge import nudge

HIGHEST = rank("L4")
PLACE = ("escalation_id", "generation", "round", "step", "person_id")
Moment = datetime | Now  # read already, or by the database's clock as it writes


@dataclass(frozen=True, slots=True)
class Call:
    """`people` are to be paged about an escalation, under a place of its policy."""

    escalation: Escalation
    people: Sequence[Called]
    policy: FrozenPolicy
    at: Place


def call(calls: Sequence[Call], now: datetime) -> dict[int, tuple[list[Page], list[Page]]]:
    """Pages everybody at once; whoever was paged for that place already is not paged again. Escalation id → its pages,
    and those of them whose person has no contact method outside the console.

    The console rings at once. Outside ways follow the person's own order: the first now, each further one
    `next_method_after` seconds later, unless somebody has taken over by then.
    """
    pages = {one.escalation.pk: [_draft(one, called, now) for called in one.people] for one in calls}
    _store(page for drafts in pages.values() for page in drafts)
    ways = ways_of({page.person for found in pages.values() for page in found})
    Notification.objects.bulk_create(
        (
            row
            for one in calls
            for page in pages[one.escalation.pk]
            for row in _notifications(one, page, ways[page.person_id], now)
        ),
        ignore_conflicts=True,
    )
    nudge("notifications.due")
    return {key: (found, [page for page in found if not _outside(ways, page)]) for key, found in pages.items()}


def _store(drafts: Iterable[Page]) -> None:
    """Each draft becomes the page that is stored for its place and person: by us, or by somebody before us."""
    new = {page.pk: page for page in drafts}
    Page.objects.bulk_create(new.values(), ignore_conflicts=True)
    for pk in new.keys() - set(Page.objects.filter(pk__in=new).values_list("pk", flat=True)):
        place = {name: getattr(new[pk], name) for name in PLACE}
        new[pk].pk = Page.objects.values_list("pk", flat=True).get(**place)


def _outside(ways: Mapping[int, list[ContactMethod]], page: Page) -> bool:
    return any(way.is_outside for way in ways[page.person_id])


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
        _notification(escalation, row.page_id, row.contact_method, Notification.Kind.STAND_DOWN, Now())
        for row in latest.values()
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    nudge("notifications.due")


def _draft(one: Call, called: Called, now: datetime) -> Page:
    page = Page(
        id=short_page_id(),
        escalation=one.escalation,
        generation=one.at.generation,
        round=one.at.round,
        step=one.at.step,
        person=called.person,
        why=called.why,
        created_at=now,
        link_expires_at=now + timedelta(seconds=LINK_LASTS),
    )
    page.link_digest = digest_of(token_of(page))
    return page


def _notifications(one: Call, page: Page, ways: Iterable[ContactMethod], now: datetime) -> Iterator[Notification]:
    before = 0
    for way in ways:
        delay = one.policy.next_method_after * before if way.is_outside else 0.0
        yield _notification(one.escalation, page.pk, way, Notification.Kind.PAGE, now, delay)
        before += way.is_outside


def _notification(
    escalation: Escalation,
    page_id: str,
    way: ContactMethod,
    kind: Notification.Kind,
    now: Moment,
    delay: float = 0.0,
) -> Notification:
    return Notification(
        key=f"{kind}:{page_id}:{way.pk}",
        kind=kind,
        escalation=escalation,
        page_id=page_id,
        contact_method=way,
        lane=way.kind,
        priority=HIGHEST - rank(escalation.severity),
        next_attempt_at=now + timedelta(seconds=delay),
        expires_at=now + timedelta(seconds=delay + PAGE_WANTED_FOR),
        created_at=now,
    )

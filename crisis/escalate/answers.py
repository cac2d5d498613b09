"""What people say to an escalation: I have it, it is done, it was not needed. Saying it twice changes nothing."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from crisis import rights
from crisis.escalate.calls import stand_down, withdraw
from crisis.escalate.moves import Kind, lock, move
from crisis.escalation_clock import FrozenPolicy
from crisis.models import Acknowledgement, Escalation, Page
from crisis.models.escalation import State
from crisis.tempo import after


@transaction.atomic
def acknowledge(escalation_id: int, by: User, via: str, page: Page | None = None) -> Escalation:
    """Stops the clock: `by` has it. When this commits, nothing new is claimed for sending.

    Where somebody has it already, it is closed, or `page` belongs to an earlier calling, nothing changes; the caller
    shows what is. Raises PermissionDenied for whoever has neither the right nor a page, Escalation.DoesNotExist also
    for whoever may not see it.
    """
    escalation = lock(escalation_id)
    require(rights.may_acknowledge, by, escalation)
    is_current = page is None or page.generation == escalation.generation
    if escalation.is_calling and is_current:
        take_over(escalation, by, via, page or latest_page(escalation, by))
    return escalation


@transaction.atomic
def resolve(escalation_id: int, by: User) -> Escalation:
    """It is done. Raises as `acknowledge`."""
    escalation = lock(escalation_id)
    require(rights.may_resolve, by, escalation)
    if escalation.is_open:
        withdraw(escalation)
        move(escalation, State.RESOLVED, Kind.RESOLVED, due_at=None, by=by, closed_at=Now())
        escalation.refresh_from_db()
    return escalation


@transaction.atomic
def cancel(escalation_id: int, by: User) -> Escalation:
    """It was not needed: whoever was called is told to stand down. Raises as `acknowledge`."""
    escalation = lock(escalation_id)
    require(rights.may_cancel, by, escalation)
    if escalation.is_open:
        withdraw(escalation)
        stand_down(escalation)
        move(escalation, State.CANCELLED, Kind.CANCELLED, due_at=None, by=by, closed_at=Now())
        escalation.refresh_from_db()
    return escalation


def take_over(escalation: Escalation, by: User, via: str, page: Page | None) -> None:
    lasts = FrozenPolicy.from_json(escalation.policy).acknowledgement_lasts
    until = None if lasts is None else after(lasts)
    withdraw(escalation)
    Acknowledgement.objects.create(escalation=escalation, page=page, person=by, via=via, at=Now(), expires_at=until)
    data = {"via": str(via), "page": page.pk if page else None}
    move(escalation, State.ACKNOWLEDGED, Kind.ACKNOWLEDGED, due_at=until, by=by, data=data)
    escalation.refresh_from_db()


def latest_page(escalation: Escalation, person: User) -> Page | None:
    """The page that `person` answers when they name none."""
    pages = Page.objects.filter(escalation=escalation, person=person, generation=escalation.generation)
    return pages.order_by("-created_at", "-id").first()


def require(allowed: Callable[[User, Escalation], bool], by: User, escalation: Escalation) -> None:
    """Whoever may not even see it is told that there is none: numbers cannot be tried out."""
    if not allowed(by, escalation):
        if not rights.may_view(by, escalation):
            raise Escalation.DoesNotExist
        raise PermissionDenied(_("You do not have the right to do this."))

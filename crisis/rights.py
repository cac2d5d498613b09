"""Who may do what to an escalation, beyond what a group allows: those it called, holds or began with."""

from accounts.models import User
from crisis.models import Acknowledgement, Escalation, Page

VIEW = "crisis.view_escalation"
ACKNOWLEDGE = "crisis.acknowledge_escalation"
CHANGE = "crisis.change_escalation"


def may_view(person: User, escalation: Escalation) -> bool:
    return person.has_perm(VIEW) or was_called(person, escalation)


def may_acknowledge(person: User, escalation: Escalation) -> bool:
    """By right, or because this person was paged."""
    return person.has_perm(ACKNOWLEDGE) or was_called(person, escalation)


def may_resolve(person: User, escalation: Escalation) -> bool:
    """By right, or because this person has it."""
    return person.has_perm(CHANGE) or holder_of(escalation) == person


def may_cancel(person: User, escalation: Escalation) -> bool:
    """By right, or because this person opened it and takes that back."""
    return person.has_perm(CHANGE) or (person.is_active and escalation.opened_by_id == person.pk)


def holder_of(escalation: Escalation) -> User | None:
    """Who has it now."""
    if escalation.state != Escalation.State.ACKNOWLEDGED:
        return None
    rows = Acknowledgement.objects.filter(escalation=escalation).select_related("person")
    latest = rows.order_by("-at", "-id").first()
    return latest.person if latest else None


def was_called(person: User, escalation: Escalation) -> bool:
    return person.is_active and Page.objects.filter(escalation=escalation, person_id=person.pk).exists()

"""Who may do what to an escalation: a group's right counts for what its unit sees (monitoring/visible.py); beyond that
come those it called, holds or began with."""

from accounts.models import User
from crisis.models import Acknowledgement, Escalation, Page
from monitoring.visible import visible_channel_ids

VIEW = "crisis.view_escalation"
ACKNOWLEDGE = "crisis.acknowledge_escalation"
CHANGE = "crisis.change_escalation"


def may_view(person: User, escalation: Escalation) -> bool:
    """By right, or because this person was paged: whoever is called sees why, whatever their unit."""
    return has(VIEW, person, escalation) or was_called(person, escalation)


def may_acknowledge(person: User, escalation: Escalation) -> bool:
    """By right, or because this person was paged."""
    return has(ACKNOWLEDGE, person, escalation) or was_called(person, escalation)


def may_resolve(person: User, escalation: Escalation) -> bool:
    """By right, or because this person has it."""
    return has(CHANGE, person, escalation) or holder_of(escalation) == person


def may_cancel(person: User, escalation: Escalation) -> bool:
    """By right, or because this person opened it and takes that back."""
    return has(CHANGE, person, escalation) or (person.is_active and escalation.opened_by_id == person.pk)


def has(right: str, person: User, escalation: Escalation) -> bool:
    """Whether their group gives this right, over an escalation that they see."""
    if not person.has_perm(right):
        return False
    return (
        visible_channel_ids(person) is None or Escalation.objects.visible_to(person).filter(pk=escalation.pk).exists()
    )


def holder_of(escalation: Escalation) -> User | None:
    """Who has it now."""
    if escalation.state != Escalation.State.ACKNOWLEDGED:
        return None
    rows = Acknowledgement.objects.filter(escalation=escalation).select_related("person")
    latest = rows.order_by("-at", "-id").first()
    return latest.person if latest else None


def was_called(person: User, escalation: Escalation) -> bool:
    return person.is_active and Page.objects.filter(escalation=escalation, person_id=person.pk).exists()

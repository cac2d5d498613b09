"""Who may change the roster: a group's right for everything, and everybody for the shift they take over themselves."""

from accounts.models import Role, User
from accounts.units import sees_everything

VIEW = "crisis.view_rotation"
CHANGE = "crisis.change_rotation"


def may_change(person: User) -> bool:
    """Roles are the whole company's, as in the administration."""
    return person.has_perm(CHANGE) and sees_everything(person)


def may_stand_in(person: User, role: Role) -> bool:
    """Whoever holds a role may take its shift over; to name somebody else takes the right."""
    return may_change(person) or role.holders.active().filter(person=person).exists()

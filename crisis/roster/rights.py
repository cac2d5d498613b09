"""Who may change the roster: a group's right for everything, and everybody for the shift they take over themselves."""

from accounts.models import Role, User

VIEW = "crisis.view_rotation"
CHANGE = "crisis.change_rotation"


def may_change(person: User) -> bool:
    return person.has_perm(CHANGE)


def may_stand_in(person: User, role: Role) -> bool:
    """Whoever holds a role may take its shift over; to name somebody else takes the right."""
    return may_change(person) or role.holders.active().filter(person=person).exists()

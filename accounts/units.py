"""How units divide the console: the one rule of who belongs where. monitoring/visible.py turns it into rows.

While there is at most one unit nothing is divided: everybody sees every channel, and nobody has to configure anything.
From the second unit on, members see the channels of their units, the central team sees all, and whoever is in no unit
sees nothing. People of agencies see the channels that name them, divided or not.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Unit, User

KEPT = "_sees_everything"  # on the person, as Django keeps permissions: a request has a person of its own
membership = Unit.members.through.objects


def sees_everything(person: User) -> bool:
    """Whether every row is this person's to see: one small query per request, none for superusers and agencies."""
    if not person.is_active or person.is_agency:
        return False
    if not hasattr(person, KEPT):
        setattr(person, KEPT, person.is_superuser or not keep_apart(units_around(person)))
    return bool(getattr(person, KEPT))


def units_around(person: User) -> QuerySet[Unit]:
    """Every unit; `is_mine` says whether the person is a member."""
    is_mine = Exists(membership.filter(unit=OuterRef("pk"), user=person.pk))
    return Unit.objects.order_by().annotate(is_mine=is_mine)


def keep_apart(units: Iterable[Any]) -> bool:
    """Whether these, as `units_around` a person, keep anything from that person."""
    rows = list(units)
    return len(rows) > 1 and not any(unit.is_central and unit.is_mine for unit in rows)


def is_divided() -> bool:
    return Unit.objects.order_by()[1:2].exists()


def people_without_unit() -> QuerySet[User]:
    """Who sees nothing once units divide the console."""
    return User.objects.filter(units=None, is_active=True, is_superuser=False, is_agency=False)


def units_managed_by(admin: User) -> QuerySet[Unit]:
    """The units whose members and channels an administrator looks after."""
    return Unit.objects.all() if sees_everything(admin) else Unit.objects.filter(members=admin.pk)


def people_managed_by(admin: User) -> QuerySet[User]:
    """Those who see no more than the administrator: a password that they set must not open another unit."""
    if sees_everything(admin):
        return User.objects.all()
    if admin.is_agency:
        return User.objects.none()
    mine = membership.filter(user=admin.pk).values("unit")
    of_mine = Exists(membership.filter(user=OuterRef("pk"), unit__in=mine))
    of_others = Exists(membership.filter(user=OuterRef("pk")).exclude(unit__in=mine))
    return User.objects.filter(of_mine, ~of_others, is_superuser=False, is_agency=False)

"""Changes the roster: a version more, somebody who stands in. What was on the roster yesterday stays as it was."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from crisis.models import Rotation, RotationMember, RotationVersion, ShiftOverride

LONGEST_OVERRIDE = timedelta(weeks=8)


class RosterError(ValueError):
    """Why the roster stays as it is; `field` is what it is about."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@transaction.atomic
def begin_rotation(role: Role, name: str, members: Sequence[User], *, by: User, now: datetime, **said: Any) -> Rotation:
    """A rotation after those that the role has; `said` are the fields of its first version."""
    Role.objects.select_for_update().get(pk=role.pk)
    last = role.rotations.order_by("-position").values_list("position", flat=True).first() or 0
    rotation = Rotation.objects.create(role=role, name=name, position=last + 1)
    change_rotation(rotation, members, by=by, now=now, **said)
    return rotation


@transaction.atomic
def change_rotation(
    rotation: Rotation, members: Sequence[User], *, by: User, now: datetime, effective_from: datetime, **said: Any
) -> RotationVersion:
    """Counts from `effective_from`, at the earliest from now: history never changes. No members end the rotation.

    Raises RosterError when somebody among the members does not hold the role.
    """
    strangers = set(members) - set(rotation.role.people.filter(is_active=True))
    if strangers:
        names = ", ".join(sorted(str(person) for person in strangers))
        raise RosterError("members", _("These people do not hold the role: %s.") % names)
    since = max(effective_from, now)
    version = RotationVersion.objects.create(rotation=rotation, effective_from=since, made_by=by, **said)
    rows = [RotationMember(version=version, person=person, position=at) for at, person in enumerate(members)]
    RotationMember.objects.bulk_create(rows)
    return version


def stand_in(
    role: Role, person: User, starts_at: datetime, ends_at: datetime, *, by: User, now: datetime, note: str = ""
) -> ShiftOverride:
    """`person` has the role's shift between these moments, whoever would have it. Raises RosterError."""
    if not person.is_active:
        raise RosterError("person", _("This person has left."))
    if ends_at <= max(starts_at, now):
        raise RosterError("ends_at", _("This must be later than the beginning, and not past."))
    if ends_at - starts_at > LONGEST_OVERRIDE:
        raise RosterError("ends_at", _("Eight weeks at most; change the rotation instead."))
    starts_at = max(starts_at, now)
    return ShiftOverride.objects.create(
        role=role, person=person, starts_at=starts_at, ends_at=ends_at, note=note, made_by=by
    )


def call_off(override: ShiftOverride, *, by: User, now: datetime) -> bool:
    """From now on it no longer counts; whether it did until now. What is past stays as it was."""
    open_ones = ShiftOverride.objects.filter(pk=override.pk, called_off_at=None, ends_at__gt=now)
    if override.starts_at >= now:
        return bool(open_ones.update(called_off_at=now, called_off_by=by))
    return bool(open_ones.update(ends_at=now, called_off_by=by))

"""What the pages of the roster show: for each role who has it now and next, and the coming fortnight with its gaps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Role, User
from crisis.models import Rotation, RotationVersion, ShiftOverride
from crisis.roster.plans import plans
from crisis.shifts import Because, Plan, Shift

AHEAD = timedelta(days=14)
HUES = 5  # colours of people in the bar; the name stands beside it
QUIET = HUES  # of whoever has it by the order of the role, or does not hold it
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ShiftShown:
    """`x` and `width` are hours since the beginning of the bar; nobody in `person`: a gap."""

    start: datetime
    end: datetime
    person: User | None
    because: Because
    hue: int
    x: float
    width: float
    goes_on: bool

    @property
    def stands_in(self) -> bool:
        return self.because == Because.OVERRIDE


@dataclass(frozen=True, slots=True)
class RoleShown:
    """`shifts` cover the fortnight; `deputies` are the other holders in the role's own order."""

    role: Role
    shifts: Sequence[ShiftShown]
    deputies: Sequence[User]
    has_rotation: bool

    @property
    def now(self) -> ShiftShown:
        return self.shifts[0]

    @property
    def next(self) -> ShiftShown | None:
        return self.shifts[1] if len(self.shifts) > 1 else None

    @property
    def gaps(self) -> list[ShiftShown]:
        return [shift for shift in self.shifts if shift.person is None]

    @property
    def is_empty(self) -> bool:
        """Nobody can ever be called for it."""
        return not self.deputies and all(shift.person is None for shift in self.shifts)


@dataclass(frozen=True, slots=True)
class RotationShown:
    """`versions`: those in force now and to come, by when they begin."""

    rotation: Rotation
    versions: Sequence[RotationVersion]

    @property
    def last(self) -> RotationVersion:
        """What a change begins from."""
        return self.versions[-1]


def roles_shown(now: datetime, slugs: Iterable[str] | None = None) -> list[RoleShown]:
    """Six queries, however many roles and people there are."""
    roles = Role.objects.prefetch_related("holders__person")
    found = list(roles if slugs is None else roles.filter(slug__in=slugs))
    holders = {role.slug: role.active_people() for role in found}
    planned = plans(holders, now)
    people = known_people(holders, planned, now)
    return [role_shown(role, planned[role.slug], holders[role.slug], people, now) for role in found]


def role_shown(role: Role, plan: Plan, holders: Sequence[User], people: Mapping[int, User], now: datetime) -> RoleShown:
    hues = {person.pk: at % HUES for at, person in enumerate(holders)}
    shifts = [shown(shift, able(shift, holders, people), hues, now) for shift in plan.shifts(now, now + AHEAD)]
    deputies = [person for person in holders if person != shifts[0].person]
    return RoleShown(role, shifts, deputies, bool(plan.rotations))


def able(shift: Shift, holders: Sequence[User], people: Mapping[int, User]) -> User | None:
    """As the engine has it: whoever stands in need not hold the role, a member of a rotation must."""
    person = people.get(shift.person or 0)
    return person if shift.because == Because.OVERRIDE or person in holders else None


def shown(shift: Shift, person: User | None, hues: Mapping[int, int], now: datetime) -> ShiftShown:
    hue = hues.get(person.pk, QUIET) if person and shift.because != Because.ORDER else QUIET
    x, width = (shift.start - now) / HOUR, (shift.end - shift.start) / HOUR
    return ShiftShown(shift.start, shift.end, person, shift.because, hue, round(x, 2), round(width, 2),
                      shift.end >= now + AHEAD)  # fmt: skip


def known_people(
    holders: Mapping[str, Sequence[User]], planned: Mapping[str, Plan], now: datetime
) -> Mapping[int, User]:
    """The holders, and who stands in without holding a role."""
    known = {person.pk: person for people in holders.values() for person in people}
    others = {shift.person for plan in planned.values() for shift in plan.overrides} - known.keys()
    return known | User.objects.filter(is_active=True).in_bulk([pk for pk in others if pk])


def rotations_shown(role: Role, now: datetime) -> list[RotationShown]:
    rows = RotationVersion.objects.filter(rotation__role=role).select_related("rotation", "made_by")
    rows = rows.prefetch_related("members__person").order_by("rotation__position", "id")
    versions: dict[Rotation, list[RotationVersion]] = {}
    for row in rows:
        versions.setdefault(row.rotation, []).append(row)
    return [RotationShown(rotation, still_to_come(found, now)) for rotation, found in versions.items()]


def still_to_come(versions: Sequence[RotationVersion], now: datetime) -> list[RotationVersion]:
    """Without what a later version replaced before it began, and without what is over."""
    kept: list[RotationVersion] = []
    for version in reversed(versions):
        if not kept or version.effective_from < kept[0].effective_from:
            kept.insert(0, version)
    begun = [version for version in kept if version.effective_from <= now]
    return begun[-1:] + [version for version in kept if version.effective_from > now]


def overrides_ahead(role: Role, now: datetime) -> list[ShiftOverride]:
    rows = ShiftOverride.objects.in_force().filter(role=role, ends_at__gt=now).select_related("person", "made_by")
    return list(rows.order_by("starts_at", "id"))


def day_marks(now: datetime) -> list[float]:
    """Hours from now to each midnight of the fortnight, by the reader's clock."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    midnights = (today + timedelta(days=day) for day in range(1, AHEAD.days + 1))
    return [round((midnight - now) / HOUR, 2) for midnight in midnights]

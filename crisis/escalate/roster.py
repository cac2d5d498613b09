"""Who is called for a role at this moment, and on which ways."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.models import User
from accounts.roles import ALL, ALL_ROLES, ON_SHIFT, OWNER, PLACES, holders_by_role
from crisis.escalation_clock import FrozenTarget
from crisis.models import ContactMethod
from crisis.roster.plans import plans
from crisis.shifts import Because, Shift

OWNERS = FrozenTarget(OWNER, ALL)


@dataclass(frozen=True, slots=True)
class Called:
    """One person, the role and place (on_shift, deputy, all) for which they are called, and why they have that place:
    empty for the order of the role itself."""

    person: User
    role: str
    who: str
    because: str = ""

    @property
    def why(self) -> dict[str, str]:
        """What a page keeps of it."""
        return {"role": self.role, "who": self.who} | ({"because": self.because} if self.because else {})


class Roster:
    """Who holds every role at one moment, read once for a sweep."""

    def __init__(self, now: datetime) -> None:
        self.holders: Mapping[str, list[User]] = holders_by_role([ALL_ROLES])
        self.shifts: Mapping[str, Shift] = {role: plan.at(now) for role, plan in plans(self.holders, now).items()}

    def called(self, targets: Iterable[FrozenTarget]) -> list[Called]:
        """Each person once, for the first target that names them. KeyError for an unknown place."""
        everybody = [called for target in targets for called in self._holders_of(target)]
        return list({called.person.pk: called for called in reversed(everybody)}.values())[::-1]

    def owners(self) -> list[Called]:
        """Whom to call when nobody else answers; should the role be empty all the same, those who run the console."""
        return self.called([OWNERS]) or self._fallback

    @cached_property
    def _fallback(self) -> list[Called]:
        return [Called(person, OWNER, ALL) for person in User.objects.filter(is_active=True, is_superuser=True)]

    def _holders_of(self, target: FrozenTarget) -> Iterator[Called]:
        roles = sorted(self.holders) if target.role == ALL_ROLES else [target.role]
        for role in roles:
            for person in self.in_order(role)[PLACES[target.who]]:
                if person is not None:
                    yield Called(person, role, target.who, self._because(role, target.who))

    def in_order(self, role: str) -> Sequence[User | None]:
        """Who is on shift, then the deputies. None in the first place: just now nobody has the shift."""
        holders, shift = self.holders.get(role, []), self.shifts.get(role)
        if shift is None or shift.because == Because.ORDER:
            return holders
        able = self._who_stand_in if shift.because == Because.OVERRIDE else {person.pk: person for person in holders}
        on_shift = able.get(shift.person or 0)
        return [on_shift, *(person for person in holders if person != on_shift)]

    def _because(self, role: str, who: str) -> str:
        is_planned = who == ON_SHIFT and self.shifts[role].because != Because.ORDER
        return self.shifts[role].because.value if is_planned else ""

    @cached_property
    def _who_stand_in(self) -> dict[int, User]:
        """Whoever stands in need not hold the role; a member of a rotation must."""
        ids = [shift.person for shift in self.shifts.values() if shift.because == Because.OVERRIDE]
        return User.objects.filter(is_active=True).in_bulk(ids)


def on_shift(role: str, now: datetime) -> list[User]:
    """Whoever has this role's shift now; nobody in a gap, or where nobody holds it."""
    return [called.person for called in Roster(now).called([FrozenTarget(role, ON_SHIFT)])]


def ways_of(people: Iterable[User]) -> dict[int, list[ContactMethod]]:
    """Person id → their usable contact methods in their own order. Everybody has the console: it is made here."""
    ids = [person.pk for person in people]
    kept = _usable(ids)
    without = [pk for pk in ids if not any(way.kind == ContactMethod.Kind.IN_APP for way in kept[pk])]
    if without:
        consoles = [ContactMethod(person_id=pk, kind=ContactMethod.Kind.IN_APP) for pk in without]
        ContactMethod.objects.bulk_create(consoles, ignore_conflicts=True)
        kept = _usable(ids)
    return kept


def _usable(person_ids: Iterable[int]) -> dict[int, list[ContactMethod]]:
    ways: dict[int, list[ContactMethod]] = {pk: [] for pk in person_ids}
    for way in ContactMethod.objects.usable().filter(person__in=list(ways)):
        ways[way.person_id].append(way)
    return ways

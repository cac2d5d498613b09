"""Who is called for a role at this moment, and on which ways."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from accounts.models import User
from accounts.roles import ALL, ALL_ROLES, OWNER, holders_by_role, pick
from crisis.escalation_clock import FrozenTarget
from crisis.models import ContactMethod

OWNERS = FrozenTarget(OWNER, ALL)


@dataclass(frozen=True, slots=True)
class Called:
    """One person, and the role and place (on_shift, deputy, all) for which they are called."""

    person: User
    role: str
    who: str


class Roster:
    """The holders of every role, read once for a sweep."""

    def __init__(self) -> None:
        self.holders: Mapping[str, list[User]] = holders_by_role([ALL_ROLES])

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
            for person in pick(self.holders, role, target.who):
                yield Called(person, role, target.who)


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

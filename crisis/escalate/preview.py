"""Who would be called when: shown before somebody escalates, and what may change until then is not hidden."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from accounts.time_zones import zone_named
from crisis.escalate.open import frozen_policy
from crisis.escalate.roster import Called, Roster
from crisis.escalation_clock import FrozenPolicy
from crisis.models import ContactMethod
from crisis.roster.words import place_in_words
from playbooks.targets import role_names, target_in_words


@dataclass(frozen=True, slots=True)
class PreviewWay:
    """One contact method, and when it last worked."""

    kind: str
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True)
class PreviewPerson:
    """`local_time` is the time where the person lives; `ways` without the console, which everybody has."""

    person: User
    role_name: str
    place: str
    local_time: datetime
    ways: tuple[PreviewWay, ...]

    @property
    def last_reached(self) -> PreviewWay | None:
        """The way that worked last."""
        worked = [way for way in self.ways if way.last_success_at]
        return max(worked, key=lambda way: way.last_success_at or datetime.min, default=None)


@dataclass(frozen=True, slots=True)
class PreviewStep:
    """`after` counts from the escalation. Nobody in `people`: the step would be passed at once."""

    number: int
    after: timedelta
    targets: tuple[str, ...]
    people: tuple[PreviewPerson, ...]


def preview(severity: str, roles: Sequence[str] | None = None) -> list[PreviewStep]:
    """The first round that an escalation of this severity would run now; four queries."""
    return steps_of(frozen_policy(severity, roles))


def steps_of(policy: FrozenPolicy) -> list[PreviewStep]:
    """The steps of one round of this policy, with whom they would call now."""
    now = timezone.now()
    roster, names = Roster(now), role_names()
    called = [roster.called(step.targets) for step in policy.steps]
    ways = _ways_of({person.person.pk for people in called for person in people})
    delay, steps = 0.0, []
    for number, (step, people) in enumerate(zip(policy.steps, called, strict=True), start=1):
        delay += step.delay
        persons = tuple(_person(one, names, ways.get(one.person.pk, ()), now) for one in people)
        targets = tuple(target_in_words(asdict(target), names) for target in step.targets)
        steps.append(PreviewStep(number, timedelta(seconds=delay), targets, persons))
    return steps


def _person(called: Called, names: Mapping[str, str], ways: Sequence[PreviewWay], now: datetime) -> PreviewPerson:
    zone: ZoneInfo = zone_named(called.person.time_zone)
    return PreviewPerson(
        person=called.person,
        role_name=names.get(called.role, called.role),
        place=place_in_words(called.why),
        local_time=now.astimezone(zone),
        ways=tuple(ways),
    )


def _ways_of(person_ids: Iterable[int]) -> dict[int, list[PreviewWay]]:
    rows = ContactMethod.objects.usable().outside().filter(person__in=person_ids)
    ways: dict[int, list[PreviewWay]] = {}
    for row in rows:
        ways.setdefault(row.person_id, []).append(PreviewWay(row.get_kind_display(), row.last_success_at))
    return ways

"""Reads rotations and overrides into plans, with which crisis/shifts.py says who is on shift."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.models import User
from accounts.time_zones import zone_named
from crisis.models import RotationVersion, ShiftOverride
from crisis.shifts import Because, Hours, Plan, Shift, Turns


def plans(holders: Mapping[str, Sequence[User]], since: datetime) -> Mapping[str, Plan]:
    """Role (short name) → its plan from `since` on; `holders`: who holds each role, in its order. Three queries."""
    layers: dict[str, dict[int, list[RotationVersion]]] = defaultdict(lambda: defaultdict(list))
    for version in versions_of(holders):
        layers[version.rotation.role.slug][version.rotation_id].append(version)
    overrides = ShiftOverride.objects.in_force().filter(role__slug__in=holders, ends_at__gt=since).order_by("id")
    stand_ins = defaultdict(list)
    for row in overrides.select_related("role"):
        stand_ins[row.role.slug].append(Shift(row.starts_at, row.ends_at, row.person_id, Because.OVERRIDE))
    return {
        role: Plan(
            tuple(in_force(versions) for versions in layers[role].values()),
            tuple(stand_ins[role]),
            people[0].pk if people else None,
        )
        for role, people in holders.items()
    }


def versions_of(roles: Iterable[str]) -> QuerySet[RotationVersion]:
    """All of them with their members, the first rotation in charge first."""
    rows = RotationVersion.objects.filter(rotation__role__slug__in=roles).select_related("rotation__role")
    return rows.order_by("rotation__position", "id").prefetch_related("members")


def in_force(versions: Iterable[RotationVersion]) -> tuple[Turns, ...]:
    """By age. What was to begin when, or after, a version made later begins never comes."""
    kept: list[Turns] = []
    for version in sorted(versions, key=lambda row: row.pk, reverse=True):
        if not kept or version.effective_from < kept[-1].effective_from:
            kept.append(turns_of(version))
    return tuple(reversed(kept))


def turns_of(version: RotationVersion) -> Turns:
    zone: ZoneInfo = zone_named(version.time_zone)
    return Turns(
        effective_from=version.effective_from.astimezone(UTC),
        first_handover=datetime.combine(version.handover_on, version.handover_at),
        period=version.period,
        zone=zone,
        members=tuple(member.person_id for member in version.members.all()),
        hours=hours_of(version),
    )


def hours_of(version: RotationVersion) -> Hours | None:
    if version.opens is None or version.closes is None:
        return None
    return Hours(frozenset(version.weekdays), version.opens, version.closes)

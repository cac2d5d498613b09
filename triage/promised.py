"""What was promised about a mention, for eyes: who answers, why that role, and when its clock stands still."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from crisis.escalate.roster import on_shift
from playbooks.cover import closed_between
from playbooks.cover_hours import Covers, covers
from playbooks.models import ResponsibilityRule
from playbooks.request_types import request_types
from playbooks.responsibility import row_in_words
from playbooks.targets import role_names
from triage.models import Suggestion, Triage

Priority = ResponsibilityRule.Priority


@dataclass(frozen=True, slots=True)
class Answerer:
    """The role that answers, who holds it now, and the row that says so; `sets_deadline`: its time was the shorter."""

    role: str
    people: list[User]
    priority: str
    because: str
    sets_deadline: bool

    @property
    def has_high_priority(self) -> bool:
        return self.priority == Priority.HIGH

    @property
    def priority_label(self) -> str:
        return str(Priority(self.priority).label)


def answerer_of(suggestion: Suggestion) -> Answerer | None:
    """None where no row named anybody; five queries, by the words of today and the row of then."""
    kept: dict[str, Any] = suggestion.responsible
    if not kept:
        return None
    role = role_names().get(kept["role"], kept["role"])
    deadline = None if kept["deadline"] is None else timedelta(seconds=kept["deadline"])
    return Answerer(
        role=role,
        people=on_shift(kept["role"], timezone.now()),
        priority=kept["priority"],
        because=row_in_words(kept["row"], role, request_types(), deadline),
        sets_deadline=kept["sets_deadline"],
    )


def mark_rests(rows: Iterable[Triage]) -> None:
    """Gives each row `closed`: the stretches until its deadline in which its clock stands still, for the countdown."""
    shown, now = list(rows), timezone.now()
    agreed = covers() if any(rests_now(row) for row in shown) else Covers()
    for row in shown:
        row.closed = closed_times(row, agreed, now) if rests_now(row) else ""


def rests_now(row: Triage) -> bool:
    return row.rests and row.state == Triage.State.OPEN


def closed_times(row: Triage, agreed: Covers, now: datetime) -> str:
    """`1763830800-1763881200 …`: seconds since 1970, as the script of the countdown reads them."""
    closed = closed_between(now, row.due_at, agreed.of(row.channel.unit_id))
    return " ".join(f"{first.timestamp():.0f}-{last.timestamp():.0f}" for first, last in closed)

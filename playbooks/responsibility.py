"""Says who answers what: of the agreed rows the most specific one, and which row that was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext

from monitoring.channels.registry import KINDS
from monitoring.models import Channel
from playbooks.durations import in_short
from playbooks.models import ResponsibilityRule


@dataclass(frozen=True, slots=True)
class Responsible:
    """A role, and the row that names it; what the row leaves empty holds for all."""

    role: str
    priority: str
    deadline: timedelta | None
    channel: str = ""
    channel_id: int | None = None
    channel_kind: str = ""
    request_type: str = ""
    rule: int | None = None

    def fits(self, channel: Channel, request_type: str) -> bool:
        """A row for a kind of request does not fit a mention of which nobody knows it yet."""
        place = self.channel_id in (None, channel.pk) and self.channel_kind in ("", channel.kind)
        return place and self.request_type in ("", request_type)

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """The kind of request says more than the place, a channel more than its kind: a press inquiry goes to the press
        office wherever it comes in. No two rows that fit one mention are alike."""
        return bool(self.request_type), self.channel_id is not None, bool(self.channel_kind)

    def to_json(self, request_type: str) -> dict[str, Any]:
        """What a suggestion keeps, so that it explains itself after the row has changed."""
        return {
            "role": self.role,
            "priority": self.priority,
            "deadline": None if self.deadline is None else round(self.deadline.total_seconds()),
            "request_type": request_type,
            "row": {"id": self.rule, "channel": self.channel, "kind": self.channel_kind, "type": self.request_type},
        }


def who(channel: Channel, request_type: str, rows: Iterable[Responsible] | None = None) -> Responsible | None:
    """Who answers such a request there; None is a gap. `rows` of `responsibilities()` saves the query."""
    among = responsibilities() if rows is None else rows
    return max((row for row in among if row.fits(channel, request_type)), key=lambda row: row.rank, default=None)


def responsibilities() -> tuple[Responsible, ...]:
    rows = ResponsibilityRule.objects.order_by("pk").values_list(
        "role__slug", "priority", "deadline", "channel__name", "channel_id", "channel_kind", "request_type", "pk"
    )
    return tuple(
        Responsible(role, priority, deadline, channel or "", channel_id, kind, request_type, pk)
        for role, priority, deadline, channel, channel_id, kind, request_type, pk in rows
    )


def row_in_words(row: Mapping[str, Any], role: str, types: Mapping[str, str], deadline: timedelta | None = None) -> str:
    """“Complaint · every channel → Customer service, within 2h”; `row` has `channel`, `kind` and `type`."""
    asked = types.get(row["type"], row["type"]) or gettext("everything")
    words = f"{asked} · {place_in_words(row)} → {role}"
    return (
        words if deadline is None else gettext("%(row)s, within %(time)s") % {"row": words, "time": in_short(deadline)}
    )


def place_in_words(row: Mapping[str, Any]) -> str:
    if row["channel"]:
        return str(row["channel"])
    kind = KINDS.get(row["kind"])
    return str(kind.label) if kind else row["kind"] or gettext("every channel")

"""Puts mentions into the queue, moves them when an edit changed what is suggested, and takes them out again.

Every change goes through here: it raises `rev` and tells the open consoles.
"""

from collections.abc import Iterable

from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from monitoring import outbound
from playbooks.models import Disposition
from playbooks.severity_rules import rank
from plumbing.live import Change, publish, publish_all
from triage.models import Decision, Suggestion, Triage

State = Triage.State
EDITED = gettext_noop("The mention was edited and is riskier now.")
CHANGING = [
    "suggestion",
    "state",
    "disposition",
    "severity",
    "due_at",
    "rests",
    "opened_at",
    "decided_at",
    "rev",
    "updated_at",
]


def place(suggestions: Iterable[Suggestion]) -> None:
    """Gives each mention its place by its newest suggestion; inside the caller's transaction."""
    by_mention = {suggestion.mention_id: suggestion for suggestion in suggestions}
    standing = _standing(by_mention)
    decisions = _decisions([row.pk for row in standing if row.state == State.DECIDED])
    returned = [row.pk for row in standing if _suggest_anew(row, by_mention.pop(row.pk), decisions.get(row.pk))]
    if returned:
        outbound.call_off(returned, EDITED)
    Triage.objects.bulk_update(standing, CHANGING)
    new = Triage.objects.bulk_create([_first_place(suggestion) for suggestion in by_mention.values()])
    publish_all(Change("mention", row.pk, row.rev, of=row.channel_id) for row in (*standing, *new))


def withdraw(mention_ids: Iterable[int]) -> None:
    """Takes out of the queue what was deleted where it was posted; decisions stay. In the caller's transaction."""
    waiting = [row for row in _standing(mention_ids) if row.state in (State.OPEN, State.SNOOZED)]
    for row in waiting:
        row.state = State.WITHDRAWN
        touch(row, "state")


def _standing(mention_ids: Iterable[int]) -> list[Triage]:
    rows = Triage.objects.filter(pk__in=list(mention_ids)).select_related("suggestion").order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def _decisions(mention_ids: list[int]) -> dict[int, Decision]:
    """The decision in force of each."""
    if not mention_ids:
        return {}
    return {row.mention_id: row for row in Decision.objects.filter(mention__in=mention_ids, superseded_by=None)}


def _first_place(suggestion: Suggestion) -> Triage:
    return Triage(
        mention_id=suggestion.mention_id,
        channel_id=suggestion.mention.channel_id,
        suggestion=suggestion,
        severity=suggestion.severity,
        due_at=suggestion.due_at,
        rests=suggestion.rests,
        opened_at=Now(),
        updated_at=Now(),
    )


def _suggest_anew(row: Triage, suggestion: Suggestion, decision: Decision | None) -> bool:
    """An open mention follows its new suggestion but gains no time; a decided one returns only if it got riskier.

    Says whether it returned.
    """
    returns = decision is not None and _is_riskier(suggestion, row.suggestion, decision)
    if returns:
        row.state, row.disposition, row.decided_at, row.opened_at = State.OPEN, "", None, Now()
        row.severity, row.due_at, row.rests = suggestion.severity, suggestion.due_at, suggestion.rests
    elif row.state != State.DECIDED:
        row.severity = suggestion.severity
        row.due_at, row.rests = min((row.due_at, row.rests), (suggestion.due_at, suggestion.rests))
    row.suggestion = suggestion
    row.rev += 1
    row.updated_at = Now()
    return returns


def _is_riskier(suggestion: Suggestion, before: Suggestion, decision: Decision) -> bool:
    """Higher than a person said, or now for the pager, which nobody suggested or did before."""
    if rank(suggestion.severity) > rank(decision.severity):
        return True
    escalate = Disposition.ESCALATE
    return suggestion.disposition == escalate and escalate not in (before.disposition, decision.disposition)


def close(row: Triage, decision: Decision) -> None:
    """Takes a decided mention out of the queue; inside the transaction that locked the row."""
    row.state, row.disposition, row.decided_at = State.DECIDED, decision.disposition, decision.at
    row.severity = decision.severity
    touch(row, "state", "disposition", "decided_at", "severity")


def touch(row: Triage, *changed: str) -> None:
    """Saves what changed on a locked row, so that older screens are stale and open consoles look again."""
    row.rev += 1
    row.updated_at = Now()
    row.save(update_fields=[*changed, "rev", "updated_at"])
    publish("mention", row.pk, row.rev, of=row.channel_id)

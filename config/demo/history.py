"""What happened before the newcomer came: the script's past, taken in, read, suggested, and mostly decided."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, OuterRef, Subquery

from accounts.models import User
from config.demo.company import CHANNELS, load_authors
from config.demo.moments import decided_at
from config.demo.past_calls import go_on
from config.demo.script import Decided, Line
from config.demo.stage import hand_in_change, hand_in_together, not_yet_said
from monitoring.models import Mention, OutboundPost, Reading
from monitoring.readings import read_due
from triage.decide import record_decision
from triage.models import Decision, Reply, Suggestion, Triage
from triage.reply import mark_posted, respond
from triage.suggest import suggest_new

TREE = "scenario-map"
SAFE = "no"
TAKEN_IN = timedelta(seconds=3)  # between being posted and reaching the console
READ, SUGGESTED = timedelta(milliseconds=400), timedelta(milliseconds=900)


def load_history(lines: list[Line], people: Mapping[str, User], now: datetime) -> int:
    """Returns how many mentions were new. The same functions as at work, without waiting for the workers; then every
    row gets the time at which it would have been written.
    """
    load_authors(lines)
    past = sorted((line for line in lines if line.is_past), key=lambda line: line.posted_at(now))
    new = not_yet_said(past)
    hand_in_together(new, now, TAKEN_IN)
    read_and_suggest()
    backdate(new)
    decide_all(past, people, now)
    change_afterwards(new, now)
    return len(new)


def read_and_suggest() -> None:
    while read_due():
        pass
    while suggest_new():
        pass


def backdate(lines: list[Line]) -> None:
    """What the workers would have written within a second of each arrival."""
    mentions = Mention.objects.filter(external_id__in=[line.id for line in lines], channel__slug__in=CHANNELS)

    def came(mention: str, after: timedelta) -> Any:
        found = Mention.objects.filter(pk=OuterRef(mention)).values("received_at")
        return ExpressionWrapper(Subquery(found) + after, DateTimeField())

    Reading.objects.filter(mention__in=mentions).update(read_at=came("mention", READ))
    Suggestion.objects.filter(mention__in=mentions).update(created_at=came("mention", SUGGESTED))
    opened = came("mention", SUGGESTED)
    Triage.objects.filter(mention__in=mentions).update(opened_at=opened, updated_at=opened)


def change_afterwards(lines: list[Line], now: datetime) -> None:
    """Edits and deletions, most of them after somebody has decided."""
    for line in lines:
        posted = line.posted_at(now)
        for change in line.changes:
            hand_in_change(line, change, posted, posted + change.after)
    read_and_suggest()


def decide_all(lines: list[Line], people: Mapping[str, User], now: datetime) -> None:
    """Records what the script says, in its order, where there is no decision yet."""
    rows = Triage.objects.select_related("suggestion").filter(decided_at=None, mention__decisions=None)
    waiting = {(row.channel.slug, row.mention.external_id): row for row in rows.select_related("mention", "channel")}
    made = []
    for line in lines:
        triage = waiting.get((line.channel, line.id))
        if line.decided and triage:
            at = decided_at(line, line.decided, now)
            decision = record(triage, line.decided, people[line.decided.by])
            if decision.escalation and line.decided.call:
                go_on(decision.escalation, line.decided.call, people, at)
            made.append((decision, at))
    backdate_decisions(made)


def backdate_decisions(made: list[tuple[Decision, datetime]]) -> None:
    """Each reply was copied to where it belongs a minute after it was decided."""
    for decision, at in made:
        decision.at = at
    Decision.objects.bulk_update([decision for decision, _at in made], ["at"])
    triages = [Triage(pk=decision.mention_id, decided_at=at, updated_at=at) for decision, at in made]
    Triage.objects.bulk_update(triages, ["decided_at", "updated_at"])
    replies = list(Reply.objects.filter(decision__in=[decision for decision, _at in made]).select_related("post"))
    times: dict[int | None, datetime] = {decision.pk: at for decision, at in made}
    for reply in replies:
        mark_posted(reply.mention_id, reply.post_id, by=reply.post.author)
        reply.created_at = reply.post.created_at = times[reply.decision_id]
        reply.post.posted_at = reply.created_at + timedelta(minutes=1)
    Reply.objects.bulk_update(replies, ["created_at"])
    OutboundPost.objects.bulk_update([reply.post for reply in replies], ["created_at", "posted_at"])


def record(triage: Triage, decided: Decided, by: User) -> Decision:
    shared: dict[str, Any] = {
        "by": by,
        "rev": triage.rev,
        "via": Decision.Via.CONSOLE,
        "reason": decided.reason,
        "severity": decided.severity,
        "answers": dict.fromkeys(triage.suggestion.to_confirm, SAFE) | answers_of(decided),
    }
    if decided.reply:
        return respond(triage.pk, text=decided.reply, **shared)
    return record_decision(triage.pk, disposition=decided.disposition, **shared)


def answers_of(decided: Decided) -> dict[str, str]:
    """`kind` is a question of the tree where every way begins; others are named with their tree."""
    return {key if "/" in key else f"{TREE}/{key}": answer for key, answer in decided.answers.items()}

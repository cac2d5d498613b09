"""What happened before the newcomer came: the script's past, taken in, read, suggested, and partly decided by maya."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from config.demo.script import Decided, Line
from config.demo.stage import hand_in, not_yet_said
from monitoring.readings import read_due
from triage.decide import record_decision
from triage.models import Decision, Triage
from triage.reply import respond
from triage.suggest import suggest_new

TREE = "scenario-map"
SWITCHED_ON = timedelta(hours=4, minutes=15)  # before the first start; somewhat longer than "today" of the playbooks


def load_history(lines: list[Line], maya: User, now: datetime) -> int:
    """Returns how many mentions were new. The same functions as at work, without waiting for the workers."""
    past = not_yet_said([line for line in lines if line.ago])
    for line, received_at in arrivals(past, now):
        hand_in(line, posted_at=now - age(line), received_at=received_at)
    while read_due():
        pass
    while suggest_new():
        pass
    for line in lines:
        if line.decided:
            decide(line, line.decided, maya)
    return len(past)


def arrivals(past: list[Line], now: datetime) -> Iterator[tuple[Line, datetime]]:
    """When each line came in: what is recent at once, what is older page by page since the console was switched on.

    So the deadlines of the queue differ, and the first of them is over.
    """
    older = [line for line in past if age(line) > SWITCHED_ON]
    for place, line in enumerate(older):
        yield line, now - SWITCHED_ON * (1 - place / len(older))
    for line in past[len(older) :]:
        yield line, now - age(line)


def age(line: Line) -> timedelta:
    return line.ago or timedelta(0)


def decide(line: Line, decided: Decided, maya: User) -> None:
    """Records maya's decision, unless there is one already."""
    triage = Triage.objects.select_related("suggestion").get(mention__external_id=line.id, channel__slug=line.channel)
    if triage.state == Triage.State.DECIDED:
        return
    shared: dict[str, Any] = {
        "by": maya,
        "rev": triage.rev,
        "via": Decision.Via.CONSOLE,
        "reason": decided.reason,
        "answers": dict.fromkeys(triage.suggestion.to_confirm, "no")
        | {f"{TREE}/{question}": answer for question, answer in decided.answers.items()},
    }
    if decided.reply:
        respond(triage.pk, text=decided.reply, **shared)
    else:
        record_decision(triage.pk, disposition=decided.disposition, **shared)

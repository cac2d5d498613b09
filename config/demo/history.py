"""What happened before the newcomer came: the script's past, taken in, read, suggested, and partly decided by maya."""

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


def load_history(lines: list[Line], maya: User, now: datetime) -> int:
    """Returns how many mentions were new. The same functions as at work, without waiting for the workers."""
    past = not_yet_said([line for line in lines if line.ago])
    for line in past:
        hand_in(line, posted_at=now - (line.ago or timedelta(0)))
    while read_due():
        pass
    while suggest_new():
        pass
    for line in lines:
        if line.decided:
            decide(line, line.decided, maya)
    return len(past)


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

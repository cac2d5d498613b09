"""One busy day, done with the functions that people's clicks call: every kind of row that a release must carry on."""

from datetime import datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from accounts.models import User
from config.demo.scene import play_scene
from crisis.escalate import acknowledge, advance_due
from crisis.models import Acknowledgement, Escalation
from crisis.notify import deliver_due
from monitoring.models import Channel
from monitoring.readings import read_due
from triage.decide import record_decision
from triage.models import Decision, Triage
from triage.suggest import suggest_new

CREDENTIALS = "token of the forum"


def work(now: datetime) -> None:
    """Of the demo company, on migrated tables: its history and scene, and an escalation that pedro took over."""
    Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
    call_command("load_demo", stdout=StringIO())
    play_scene(lambda seconds: None, lambda: now)
    while read_due():
        pass
    while suggest_new():
        pass
    Channel.objects.filter(pk=Channel.objects.order_by("pk").values("pk")[:1]).update(credentials=CREDENTIALS)
    escalate(Triage.objects.filter(state=Triage.State.OPEN).order_by("rank", "pk").first())


def escalate(triage: Triage) -> None:
    record_decision(
        triage.pk,
        by=User.objects.get(username="maya"),
        rev=triage.rev,
        via=Decision.Via.CONSOLE,
        disposition="escalate",
        reason="It spreads too fast.",
        answers={},
    )
    while advance_due():
        pass
    deliver_due()
    acknowledge(Escalation.objects.latest("pk").pk, User.objects.get(username="pedro"), Acknowledgement.Via.CONSOLE)

"""Where a play stands, read from the rows of the console: nothing is remembered but which play it is."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from config.demo.play.run import Run
from crisis.models import Acknowledgement, DeliveryAttempt, Escalation, Notification, Page
from monitoring.models import Mention
from triage.models import Triage

PHONE_OF = "pedro"


class Phase(StrEnum):
    ARRIVING = "arriving"  # being read, no suggestion yet
    WAITING = "waiting"  # stands in the queue
    DECIDED = "decided"  # otherwise than by escalating: nobody is called
    CALLING = "calling"  # escalated, the mail is not out yet
    CALLED = "called"  # the mail lies on the phone
    TAKEN = "taken"  # somebody has it


@dataclass(frozen=True, slots=True)
class Stand:
    """`mention` is the one that the play is about: the escalated one, else the first. `arrived` counts all of them."""

    phase: Phase
    mention: Mention | None
    arrived: int
    escalation: Escalation | None = None

    @property
    def mark(self) -> str:
        """Changes whenever the guide has something else to say."""
        return f"{self.phase}-{self.mention.pk if self.mention else 0}-{self.arrived}"


def stand_of(run: Run) -> Stand:
    mentions = list(run.mentions().filter(deleted_at=None)[:20])
    first = mentions[0] if mentions else None
    escalation = run.escalations().first()
    if escalation:
        return Stand(phase_of_call(escalation), escalation.mention, len(mentions), escalation)
    triages = Triage.objects.in_bulk([mention.pk for mention in mentions])
    if first is None or first.pk not in triages:
        return Stand(Phase.ARRIVING, first, len(mentions))
    decided = triages[first.pk].state == Triage.State.DECIDED
    return Stand(Phase.DECIDED if decided else Phase.WAITING, first, len(mentions))


def phase_of_call(escalation: Escalation) -> Phase:
    if Acknowledgement.objects.filter(escalation=escalation).exists():
        return Phase.TAKEN
    return Phase.CALLED if deliveries_of(escalation).exists() else Phase.CALLING


def page_of(escalation: Escalation) -> Page | None:
    """The newest call of the person whose phone is shown."""
    return escalation.pages.filter(person__username=PHONE_OF).order_by("created_at").last()


def deliveries_of(escalation: Escalation) -> QuerySet[DeliveryAttempt]:
    """What went out to that person, away from the console."""
    page = Notification.Kind.PAGE
    rows = DeliveryAttempt.objects.filter(
        notification__escalation=escalation, notification__kind=page, outcome=DeliveryAttempt.Outcome.ACCEPTED
    )
    return rows.filter(notification__page__person__username=PHONE_OF, notification__lane="email").order_by("pk")

"""Takes the lock on a mention's place in the queue, and refuses who looks at an old state of it."""

from datetime import datetime

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from triage.models import Decision, Triage


class Conflict(Exception):
    """The mention changed since the person opened it; `winner` is the decision in force, if there is one."""

    def __init__(self, triage: Triage, winner: Decision | None) -> None:
        super().__init__(_("The mention has changed since you opened it."))
        self.triage, self.winner = triage, winner


def lock(mention_id: int, rev: int) -> tuple[Triage, datetime]:
    """The locked row, and the database's time; inside a transaction.

    Raises Triage.DoesNotExist, and Conflict unless `rev` is the current one: of two who act at once, one gets it.
    """
    rows = Triage.objects.select_related("suggestion", "mention__story", "mention__channel").annotate(clock=Now())
    triage = rows.select_for_update(of=("self",)).get(pk=mention_id)
    if triage.rev != rev:
        raise Conflict(triage, decision_in_force(mention_id))
    return triage, triage.clock


def decision_in_force(mention_id: int) -> Decision | None:
    """The newest decision, which nobody superseded."""
    rows = Decision.objects.select_related("by", "suggestion")
    return rows.filter(mention=mention_id, superseded_by=None).first()

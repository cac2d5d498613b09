"""Where a mention stands in the inbox."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models import Channel, Mention
from monitoring.visible import OfChannel
from playbooks.models import Disposition, Level
from triage.models.suggestion import Suggestion

MOST_URGENT_FIRST = models.Case(
    *[models.When(severity=level, then=place) for place, level in enumerate(reversed(Level.values))],
    default=len(Level.values),
)


class Triage(models.Model):
    """One row per mention; the queue's indexes lie on it. `rev` goes up with every change a person could overwrite."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SNOOZED = "snoozed", _("Snoozed")
        DECIDED = "decided", _("Decided")
        WITHDRAWN = "withdrawn", _("Deleted where it was posted")

    mention = models.OneToOneField(Mention, models.CASCADE, primary_key=True, related_name="triage")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", help_text="The mention's, for the queue.")
    suggestion = models.OneToOneField(Suggestion, models.PROTECT, related_name="triage")
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.OPEN)
    disposition = models.CharField(_("disposition"), max_length=16, choices=Disposition, blank=True)
    severity = models.CharField(_("severity"), max_length=2, choices=Level)
    rank = models.GeneratedField(
        expression=MOST_URGENT_FIRST,
        output_field=models.SmallIntegerField(),
        db_persist=True,
        help_text="0 for L4 to 4 for L0: the queue's order, ascending",
    )
    due_at = models.DateTimeField(_("due"))
    rests = models.BooleanField(default=False, help_text="Whether the clock of `due_at` rests outside cover hours.")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("assignee"), related_name="+", null=True
    )
    opened_at = models.DateTimeField(help_text="When it came, or came back, into the queue.")
    decided_at = models.DateTimeField(null=True)
    rev = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    closed = ""  # the stretches in which its clock rests, where triage.promised worked them out for the countdown

    objects = OfChannel.as_manager()

    class Meta:
        verbose_name = _("triage")
        verbose_name_plural = _("triage")
        indexes = [
            models.Index(fields=["rank", "due_at", "mention"], condition=models.Q(state="open"), name="queue_open"),
            models.Index(
                fields=["assignee", "rank", "due_at", "mention"],
                condition=models.Q(state="open"),
                name="queue_of_person",
            ),
            models.Index(
                fields=["channel", "rank", "due_at", "mention"],
                condition=models.Q(state="open"),
                name="queue_of_channel",
            ),
            models.Index(fields=["opened_at"], condition=models.Q(state="open"), name="queue_new"),
            models.Index(fields=["-decided_at", "-mention"], condition=models.Q(state="decided"), name="queue_done"),
            models.Index(
                fields=["disposition", "-mention"], condition=models.Q(state="decided"), name="triage_by_disposition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mention_id}: {self.state}"

"""What a person decided, and the reply that came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crisis.models import Escalation
from monitoring.models import Mention, OutboundPost
from monitoring.visible import OfMention
from playbooks.models import Disposition, Level
from triage.models.suggestion import Suggestion


class Decision(models.Model):
    """Never changed, never deleted: a later decision supersedes it."""

    class Via(models.TextChoices):
        CONSOLE = "console", _("in the console")
        API = "api", _("by API")

    mention = models.ForeignKey(Mention, models.PROTECT, related_name="decisions")
    suggestion = models.ForeignKey(Suggestion, models.PROTECT, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    via = models.CharField(max_length=16, choices=Via)
    disposition = models.CharField(_("disposition"), max_length=16, choices=Disposition)
    severity = models.CharField(_("severity"), max_length=2, choices=Level)
    reason = models.TextField(_("reason"), blank=True)
    is_deviation = models.BooleanField(_("deviation"))
    answers = models.JSONField(default=dict, help_text="{tree/node: answer} that the person gave")
    unanswered_risks = models.JSONField(default=list)
    versions = models.JSONField(help_text="{tree: id of the playbook version} for every tree of the path")
    path = models.JSONField()
    outcome = models.CharField(max_length=64, blank=True)
    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="decisions", null=True)
    supersedes = models.OneToOneField("self", models.PROTECT, related_name="superseded_by", null=True)

    objects = OfMention.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [
            models.Index(fields=["mention", "-id"], name="decision_newest"),
            models.Index(fields=["-at"], condition=models.Q(is_deviation=True), name="decision_deviations"),
        ]

    def __str__(self) -> str:
        return f"{self.mention_id}: {self.disposition}"


class Reply(models.Model):
    """An answer to a mention: it only points at the public post."""

    mention = models.ForeignKey(Mention, models.PROTECT, related_name="replies")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="replies", null=True)
    post = models.OneToOneField(OutboundPost, models.PROTECT, related_name="reply")
    template = models.SlugField(blank=True, help_text="The response template it began with.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfMention.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("reply")
        verbose_name_plural = _("replies")

    def __str__(self) -> str:
        return f"{self.mention_id} → {self.post_id}"

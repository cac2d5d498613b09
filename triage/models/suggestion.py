"""What the tree says about a mention, with everything needed to explain and replay it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models import Mention
from monitoring.visible import OfMention
from playbooks.models import Disposition, Level

FAILED = "suggestion_failed"  # the code of a problem on the path: nobody knows what the mention is, a person looks


class Suggestion(models.Model):
    """The facts it saw, the path it took, and what came out. A new reading makes a new one."""

    mention = models.ForeignKey(Mention, models.CASCADE, related_name="suggestions")
    created_at = models.DateTimeField()
    start = models.SlugField(help_text="The tree the walk began in.")
    versions = models.JSONField(help_text="{tree: id of the playbook version} for every tree that answers may reach")
    facts = models.JSONField(help_text="playbooks.rules.facts_as_json")
    path = models.JSONField(help_text="playbooks.path.Path as JSON")
    disposition = models.CharField(max_length=16, choices=Disposition, blank=True)
    outcome = models.CharField(max_length=64, blank=True, help_text="The leaf; empty while a question is open.")
    open_question = models.CharField(max_length=130, blank=True, help_text="tree/node")
    to_confirm = models.JSONField(default=list, help_text="[tree/node] of unhinted risk questions")
    severity = models.CharField(max_length=2, choices=Level, help_text="The higher of matrix and leaf.")
    severity_because = models.JSONField(default=dict, help_text="{level, held}: what the matrix alone says")
    due_at = models.DateTimeField()
    rests = models.BooleanField(default=False, help_text="Whether the clock stands still outside the cover hours.")
    responsible = models.JSONField(default=dict, help_text="playbooks.responsibility.Responsible.to_json; {}: a gap")

    objects = OfMention.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        indexes = [models.Index(fields=["mention", "-id"], name="suggestion_newest")]

    def __str__(self) -> str:
        return f"{self.mention_id}: {self.disposition or self.open_question}"

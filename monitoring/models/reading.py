"""What the software read in a mention, and the story it belongs to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models.mention import Mention


class Story(models.Model):
    """Mentions that say the same thing, from anywhere. For now: exact copies, by fingerprint."""

    fingerprint = models.CharField(max_length=64, unique=True)
    first_posted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    def __str__(self) -> str:
        return f"#{self.pk}"


class Reading(models.Model):
    """One reading per mention, made anew when the mention is edited."""

    mention = models.OneToOneField(Mention, models.CASCADE, primary_key=True, related_name="reading")
    language = models.CharField(max_length=12, help_text="ISO 639-1, or `und` where the text is too short to tell.")
    sentiment = models.FloatField(help_text="-1 to 1, by word list")
    terms = models.JSONField(default=dict, help_text="word list → hits, verbatim")
    brand_terms = models.JSONField(default=list, help_text="watched names that were found")
    is_question = models.BooleanField()
    is_direct = models.BooleanField(help_text="tags us, answers us, or stands on our account")
    fingerprint = models.CharField(max_length=64)
    read_at = models.DateTimeField()
    error = models.TextField(blank=True, help_text="Why the text could not be read; then all else here is a guess.")
    taken_up = models.BooleanField(default=False, help_text="The next stage has seen it.")

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes = [models.Index(fields=["mention"], condition=models.Q(taken_up=False), name="reading_new")]

    def __str__(self) -> str:
        return f"{self.mention_id}: {self.language} {self.sentiment:+.1f}"

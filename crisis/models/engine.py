"""Proof that the engine runs, one row per part."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EngineHeartbeat(models.Model):
    """When a part of the engine last finished a sweep, by the database's clock."""

    class Part(models.TextChoices):
        ADVANCE = "advance", _("Steps of escalations")
        DELIVER = "deliver", _("Messages of pages")
        NIGHTWATCH = "nightwatch", _("Nightwatch")

    part = models.CharField(_("part of the engine"), primary_key=True, max_length=32, choices=Part)
    beat_at = models.DateTimeField(_("last sweep"))
    run_by = models.CharField(_("run by"), max_length=100, blank=True, help_text=_("Host and process."))

    class Meta:
        verbose_name = _("engine heartbeat")
        verbose_name_plural = _("engine heartbeats")

    def __str__(self) -> str:
        return f"{self.part}: {self.beat_at:%H:%M:%S}"

"""Proof that the engine runs, one row per part."""

from django.db import models


class EngineHeartbeat(models.Model):
    """When a part of the engine last finished a sweep, by the database's clock."""

    class Part(models.TextChoices):
        ADVANCE = "advance"
        DELIVER = "deliver"
        NIGHTWATCH = "nightwatch"

    part = models.CharField(primary_key=True, max_length=32, choices=Part)
    beat_at = models.DateTimeField()
    run_by = models.CharField(max_length=100, blank=True, help_text="host and process")

    def __str__(self) -> str:
        return f"{self.part}: {self.beat_at:%H:%M:%S}"

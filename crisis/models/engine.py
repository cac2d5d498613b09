"""Proof that the engine runs, one row per part."""

from django.db import models


class EngineHeartbeat(models.Model):
    """When a part of the engine last finished a sweep, by the database's clock."""

    part = models.CharField(primary_key=True, max_length=32, help_text="advance, deliver, audit")
    beat_at = models.DateTimeField()
    run_by = models.CharField(max_length=100, blank=True, help_text="worker or nightwatch, with host and process")

    def __str__(self) -> str:
        return f"{self.part}: {self.beat_at:%H:%M:%S}"

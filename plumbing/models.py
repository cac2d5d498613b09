"""Long work as rows: what was asked for, how far it is, where it goes on, and what came of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Jobs(models.QuerySet):
    def free(self) -> "Jobs":
        """Open, and in nobody's hands: never begun, let go, or of a worker that died."""
        return self.filter(state__in=Job.OPEN, free_at__lte=Now())


class Job(models.Model):
    """`free_at` is the lease: until then the holder of `lease_token` works on it. `checkpoint` says where to go on."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")
        FAILED = "failed", _("Failed")

    OPEN = (State.WAITING, State.RUNNING)

    kind = models.SlugField(max_length=64)
    parameters = models.JSONField(default=dict)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="jobs", null=True)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True, help_text="An English sentence, translated when shown.")
    lease_token = models.UUIDField(null=True)
    free_at = models.DateTimeField(db_default=Now())
    tries = models.PositiveSmallIntegerField(default=0, help_text="Claims since the last step forward.")
    created_at = models.DateTimeField(db_default=Now())
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = Jobs.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["free_at"], condition=models.Q(state__in=["waiting", "running"]), name="job_free"),
            models.Index(fields=["kind", "-id"], name="job_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def percent(self) -> int:
        """0 to 100; 0 while nobody knows how much it is."""
        return min(100 * self.done // self.total, 100) if self.total else 0

    def pace(self, now: datetime) -> float | None:
        """Units per second so far; None before the first."""
        seconds = (now - self.begun_at).total_seconds() if self.begun_at else 0.0
        return self.done / seconds if self.done and seconds > 0 else None

    def time_left(self, now: datetime) -> timedelta | None:
        """None while nobody can tell."""
        pace = self.pace(now)
        return timedelta(seconds=(self.total - self.done) / pace) if pace and self.total else None

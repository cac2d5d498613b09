"""The outbox of the pager, and every attempt to empty it."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crisis.models.contact import ContactMethod
from crisis.models.escalation import Escalation, OfEscalation, Page


class NotificationQuerySet(OfEscalation):
    def undelivered(self) -> "NotificationQuerySet":
        return self.filter(state__in=Notification.OPEN_STATES)

    def due(self) -> "NotificationQuerySet":
        """Waiting ones whose time has come, and those whose sender let its lease lapse."""
        return self.undelivered().filter(next_attempt_at__lte=Now())


class Notification(models.Model):
    """One message on one contact method. Claimed under a lease, finished only by the holder of its token."""

    class Kind(models.TextChoices):
        PAGE = "page", _("Page")
        STAND_DOWN = "stand_down", _("Stand down")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENDING = "sending", _("Being sent")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("No longer wanted")

    OPEN_STATES = (State.PENDING, State.SENDING)

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="notifications")
    page = models.ForeignKey(Page, models.PROTECT, related_name="notifications")
    contact_method = models.ForeignKey(ContactMethod, models.PROTECT, related_name="notifications")
    lane = models.CharField(max_length=16, help_text="Notifier kind: a hanging one cannot starve another.")
    priority = models.PositiveSmallIntegerField(default=1, help_text="0 for L4 to 4 for L0; the smaller goes first.")
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    next_attempt_at = models.DateTimeField(help_text="While it is being sent: when its lease lapses.")
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(
                fields=["lane", "priority", "next_attempt_at"],
                condition=models.Q(state__in=["pending", "sending"]),
                name="notification_due",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class OfNotification(OfEscalation):
    path_to_escalation = "notification__escalation"


class DeliveryAttempt(models.Model):
    """One attempt: the intent is committed before the network call, the outcome after it."""

    class Outcome(models.TextChoices):
        INTENDED = "intended", _("Being sent")
        ACCEPTED = "accepted", _("Accepted")
        TEMPORARY = "temporary", _("Failed for now")
        PERMANENT = "permanent", _("Failed for good")
        UNKNOWN = "unknown", _("Outcome unknown")

    notification = models.ForeignKey(Notification, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome, default=Outcome.INTENDED)
    code = models.PositiveSmallIntegerField(null=True)
    detail = models.CharField(max_length=500, blank=True)

    objects = OfNotification.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")
        constraints = [
            models.UniqueConstraint(fields=["notification", "number"], name="one_row_per_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id}/{self.number} {self.outcome}"

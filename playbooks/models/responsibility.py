"""Who answers what: the agreed rows of responsibility."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from monitoring.models import Channel


class ResponsibilityRule(models.Model):
    """For a kind of request on a channel: the role that answers. What is left empty holds for all of them."""

    class Priority(models.TextChoices):
        LOW = "low", _("Low priority")
        NORMAL = "normal", _("Normal priority")
        HIGH = "high", _("High priority")

    channel = models.ForeignKey(
        Channel, models.CASCADE, verbose_name=_("channel"), related_name="responsibilities", null=True, blank=True
    )
    channel_kind = models.CharField(_("kind of channel"), max_length=32, blank=True)
    request_type = models.CharField(_("kind of request"), max_length=64, blank=True)
    role = models.ForeignKey(Role, models.PROTECT, verbose_name=_("answered by"), related_name="responsibilities")
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, default=Priority.NORMAL)
    deadline = models.DurationField(
        _("answered within"),
        null=True,
        blank=True,
        help_text=_("Counts where it is shorter than the urgency. For example 2h; empty: the urgency alone."),
    )

    class Meta:
        ordering = ["request_type", "channel_kind", models.F("channel__name").asc(nulls_first=True)]
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "channel_kind", "request_type"],
                nulls_distinct=False,
                name="one_responsibility_per_place",
            ),
            models.CheckConstraint(
                condition=models.Q(channel=None) | models.Q(channel_kind=""), name="responsibility_channel_or_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel or self.channel_kind or '*'} × {self.request_type or '*'} → {self.role}"

    def clean(self) -> None:
        if self.channel_id and self.channel_kind:
            raise ValidationError({"channel_kind": _("Choose a channel or a kind of channel, not both.")})

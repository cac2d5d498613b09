"""The secrets with which a channel's webhooks are signed; several at once while they are rotated."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from monitoring.models.channel import Channel
from monitoring.visible import OfChannel
from plumbing.secrets import EncryptedTextField


class SigningSecretQuerySet(OfChannel):
    def to_receive(self) -> "SigningSecretQuerySet":
        return self.filter(use=SigningSecret.Use.RECEIVE, retired_at=None)

    def to_send(self) -> "SigningSecretQuerySet":
        return self.filter(use=SigningSecret.Use.SEND, retired_at=None)

    def retire(self) -> int:
        """Ends these secrets for good; an earlier end keeps its time."""
        return self.filter(retired_at=None).update(retired_at=Now())


class SigningSecret(models.Model):
    """One secret, shown once to whoever made it. Every one that is not retired is good."""

    class Use(models.TextChoices):
        RECEIVE = "receive", _("for what is handed to us")
        SEND = "send", _("for what we send")

    channel = models.ForeignKey(Channel, models.CASCADE, verbose_name=_("channel"), related_name="signing_secrets")
    use = models.CharField(_("use"), max_length=8, choices=Use, default=Use.RECEIVE)
    value = EncryptedTextField()
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("created by"), related_name="+", null=True
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    objects = SigningSecretQuerySet.as_manager()

    class Meta:
        ordering = ["channel", "use", "-id"]
        verbose_name = _("signing secret")
        verbose_name_plural = _("signing secrets")

    def __str__(self) -> str:
        return f"{self.channel}, {self.get_use_display()}"

    def note_use(self) -> None:
        """Remembers the use, to the minute: a busy secret must not become a row that everybody waits for."""
        stale = models.Q(last_used_at=None) | models.Q(last_used_at__lt=Now() - timedelta(minutes=1))
        SigningSecret.objects.filter(stale, pk=self.pk).update(last_used_at=Now())

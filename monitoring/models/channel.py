"""A channel we watch, and what it delivered, verbatim."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from monitoring.visible import Channels, OfChannel
from plumbing.secrets import EncryptedTextField


class Channel(models.Model):
    """One account, feed or inbox. Its row is also its poll timer: whoever claims it may fetch."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=32, help_text=_("A kind of the channel registry."))
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("unit"), related_name="channels", null=True, blank=True
    )
    agency_people = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("people of agencies"),
        related_name="agency_channels",
        limit_choices_to={"is_agency": True},
        blank=True,
        help_text=_("Whoever works for an agency sees the channels that name them, and no other."),
    )
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.ACTIVE)
    address = models.URLField(
        _("address"),
        max_length=2000,
        blank=True,
        help_text=_("What a feed channel reads, and where a webhook channel sends our replies."),
    )
    credentials = EncryptedTextField(_("credentials"), blank=True)
    own_account = models.BooleanField(
        _("our own account"),
        default=False,
        help_text=_("Mentions here stand on or under one of our accounts."),
    )

    publishing_paused_at = models.DateTimeField(_("publishing paused"), null=True, editable=False)
    publishing_paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, editable=False
    )
    publishing_paused_because = models.TextField(
        blank=True, editable=False, help_text="Where no person paused it: a msgid of the catalogues."
    )

    cursor = models.TextField(
        blank=True, editable=False, help_text="Opaque; moves in one transaction with its mentions."
    )
    poll_every = models.DurationField(_("poll every"), default=timedelta(minutes=2))
    next_poll_at = models.DateTimeField(_("next poll"), null=True, blank=True, help_text=_("Empty: is never polled."))
    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)

    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, editable=False)
    last_success_at = models.DateTimeField(_("last success"), null=True, editable=False)
    last_mention_at = models.DateTimeField(_("last mention"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    error = models.TextField(_("last error"), blank=True, editable=False, help_text="A msgid of the catalogues.")
    error_detail = models.TextField(_("detail of the last error"), blank=True, editable=False)
    gap_since = models.DateTimeField(_("gap since"), null=True, editable=False)
    received = models.PositiveBigIntegerField(_("received"), default=0, editable=False)
    rejected = models.PositiveBigIntegerField(_("rejected"), default=0, editable=False)

    objects = Channels.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        permissions = [("pause_publishing", "Can pause publishing and let it go on")]
        indexes = [
            models.Index(fields=["next_poll_at"], condition=models.Q(state="active"), name="channel_due"),
        ]

    def __str__(self) -> str:
        return self.name

    def error_in_words(self) -> str:
        """The last error in the reader's language; empty when all is well."""
        reason = gettext(self.error) if self.error else ""
        return f"{reason} ({self.error_detail})" if self.error_detail else reason

    def publishing_paused_in_words(self) -> str:
        """Why publishing rests without a person's doing; empty else."""
        return gettext(self.publishing_paused_because) if self.publishing_paused_because else ""


class RawDelivery(models.Model):
    """What a channel handed over, before anybody read it, and what became of each item. Goes after 30 days."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    origin = models.CharField(_("origin"), max_length=16, help_text="poll, api, file or webhook")
    received_at = models.DateTimeField(_("received at"), db_default=Now(), editable=False)
    key = models.CharField(
        max_length=200, blank=True, help_text="The sender's id of it: one delivery is taken in once."
    )
    body = models.JSONField()
    error = models.TextField(_("error"), blank=True)
    due_at = models.DateTimeField(null=True, help_text="When it is to be read; empty once that is done or given up.")
    attempts = models.PositiveSmallIntegerField(default=0)
    refused = models.JSONField(default=list, help_text="[{place, external_id, errors: [{field, reason}]}]")

    items = models.PositiveIntegerField(_("received"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    duplicates = models.PositiveIntegerField(_("known already"), default=0)
    deleted = models.PositiveIntegerField(_("deleted"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)

    objects = OfChannel.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("raw delivery")
        verbose_name_plural = _("raw deliveries")
        indexes = [
            models.Index(fields=["received_at"], name="delivery_age"),
            models.Index(fields=["channel", "received_at"], name="delivery_by_channel"),
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="delivery_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "key"], condition=~models.Q(key=""), name="delivery_once_per_channel"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.received_at:%Y-%m-%d %H:%M:%S}"

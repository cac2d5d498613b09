"""What we say in public, and every attempt to say it. Replies and statements only point here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from monitoring.models.channel import Channel
from monitoring.models.mention import Mention
from monitoring.visible import OfChannel


class OutboundPost(models.Model):
    """One text for one channel. Where the channel cannot post, a person copies it to where it belongs and says so."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        UNKNOWN = "unknown", _("Nobody knows whether it arrived")
        FAILED = "failed", _("Not sent")
        DROPPED = "dropped", _("No longer wanted")
        WITHDRAWN = "withdrawn", _("Taken back")
        BY_HAND = "by_hand", _("To be posted by hand")
        POSTED_BY_HAND = "posted_by_hand", _("Posted by hand")

    OPEN_STATES = (State.WAITING, State.SENDING)
    FOR_A_PERSON = (State.UNKNOWN, State.FAILED)

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="outbound_posts")
    in_reply_to = models.ForeignKey(Mention, models.PROTECT, related_name="outbound_posts", null=True)
    text = models.TextField(max_length=50_000)
    language = models.CharField(max_length=12, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    posted_at = models.DateTimeField(_("posted at"), null=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    next_attempt_at = models.DateTimeField(null=True, help_text="The first one waits for an undo.")
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts_made = models.PositiveSmallIntegerField(default=0)
    unwanted_because = models.TextField(
        blank=True, help_text="The fence, looked at again inside every claim: a msgid once it is no longer wanted."
    )
    problem = models.TextField(blank=True, help_text="Why it was not sent, or not yet; a msgid of the catalogues.")
    problem_detail = models.TextField(blank=True)
    external_id = models.CharField(max_length=500, blank=True)
    url = models.URLField(max_length=2000, blank=True)

    objects = OfChannel.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("outbound post")
        verbose_name_plural = _("outbound posts")
        permissions = [("settle_outboundpost", "Can say what became of a post, and send it again")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state__in=["waiting", "sending"]), name="outbound_open"
            ),
            models.Index(fields=["-id"], condition=Q(state__in=["unknown", "failed"]), name="outbound_for_a_person"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def key(self) -> str:
        """The same in every attempt, so that the other side can tell a repetition."""
        return f"post_{self.pk}_{int(self.created_at.timestamp())}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    @property
    def still_wanted(self) -> bool:
        return not self.unwanted_because

    @property
    def needs_a_person(self) -> bool:
        return self.state in self.FOR_A_PERSON

    def problem_in_words(self) -> str:
        """In the reader's language; empty when there is none."""
        reason = gettext(self.problem) if self.problem else ""
        return f"{reason} ({self.problem_detail})" if self.problem_detail else reason


class OutboundAttempt(models.Model):
    """One attempt: the intent is committed before the network call, the outcome after it, a person's word last."""

    class Outcome(models.TextChoices):
        INTENDED = "intended", _("Being sent")
        SENT = "sent", _("Sent")
        LATER = "later", _("Put off")
        REFUSED = "refused", _("Refused")
        UNKNOWN = "unknown", _("Outcome unknown")

    post = models.ForeignKey(OutboundPost, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome, default=Outcome.INTENDED)
    code = models.PositiveSmallIntegerField(null=True)
    detail = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    was_there = models.BooleanField(null=True, help_text="What the person found where it should stand.")

    class Meta:
        ordering = ["id"]
        verbose_name = _("attempt to post")
        verbose_name_plural = _("attempts to post")
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="one_row_per_attempt_to_post")]

    def __str__(self) -> str:
        return f"{self.post_id}/{self.number} {self.outcome}"

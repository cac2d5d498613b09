"""What we say in public. Replies and statements only point here."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models.channel import Channel
from monitoring.models.mention import Mention
from monitoring.visible import OfChannel


class OutboundPost(models.Model):
    """One text for one channel. Where the channel cannot post, a person copies it to where it belongs and says so."""

    class State(models.TextChoices):
        BY_HAND = "by_hand", _("To be posted by hand")
        POSTED_BY_HAND = "posted_by_hand", _("Posted by hand")

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="outbound_posts")
    in_reply_to = models.ForeignKey(Mention, models.PROTECT, related_name="outbound_posts", null=True)
    text = models.TextField(max_length=50_000)
    language = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=16, choices=State)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    objects = OfChannel.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("outbound post")
        verbose_name_plural = _("outbound posts")

    def __str__(self) -> str:
        return self.text[:80]

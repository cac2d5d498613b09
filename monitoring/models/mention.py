"""One post that concerns us, who wrote it, what it answers, and what it said before it was edited."""

from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models.channel import Channel
from monitoring.visible import OfChannel
from plumbing.templatetags.outside_text import plainly

# Foreign keys here have no index of their own where another one begins with them: these are the tables that grow, every
# index is written with every post, and without statistics PostgreSQL would read a whole channel through such an index.


class Author(models.Model):
    """An account that wrote to us or about us."""

    class Kind(models.TextChoices):
        UNKNOWN = "unknown", _("Unknown")
        CUSTOMER = "customer", _("Customer")
        JOURNALIST = "journalist", _("Journalist")
        AUTHORITY = "authority", _("Authority")
        LAWYER = "lawyer", _("Lawyer")
        EMPLOYEE = "employee", _("Employee")
        EX_EMPLOYEE = "ex_employee", _("Former employee")
        COMPETITOR = "competitor", _("Competitor")

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="authors", db_index=False)
    external_id = models.CharField(max_length=500)
    handle = models.CharField(_("handle"), max_length=300, blank=True)
    display_name = models.CharField(_("display name"), max_length=300, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    followers = models.PositiveBigIntegerField(_("followers"), null=True)
    verified = models.BooleanField(_("verified"), default=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.UNKNOWN)
    by_us = models.BooleanField(_("is us"), default=False)

    objects = OfChannel.as_manager()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="author_once_per_channel")]

    def __str__(self) -> str:
        return plainly(self.name)

    @property
    def name(self) -> str:
        """As a stranger wrote it: to be shown through `visible`."""
        return self.display_name or self.handle or self.external_id


class Conversation(models.Model):
    """Mentions in reply to each other, under the identity the channel gives them."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="conversations", db_index=False)
    external_id = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="conversation_once_per_channel")]

    def __str__(self) -> str:
        return self.external_id


class Mention(models.Model):
    """The current state of one post. (channel, external_id) is its identity."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public")
        UNLISTED = "unlisted", _("Unlisted")

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="mentions", db_index=False)
    external_id = models.CharField(max_length=500)
    author = models.ForeignKey(Author, models.PROTECT, related_name="mentions", null=True, db_index=False)
    conversation = models.ForeignKey(Conversation, models.SET_NULL, related_name="mentions", null=True, db_index=False)
    story = models.ForeignKey("monitoring.Story", models.SET_NULL, related_name="mentions", null=True, db_index=False)
    in_reply_to = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=32, default="post")
    url = models.URLField(max_length=2000, blank=True)
    text = models.TextField(max_length=50_000)
    language = models.CharField(
        max_length=12, blank=True, help_text="As the channel says; the reading detects its own."
    )
    visibility = models.CharField(max_length=16, choices=Visibility, default=Visibility.PUBLIC)
    revision = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField()
    received_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    engagement = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)
    needs_reading = models.BooleanField(default=True)
    search = models.GeneratedField(
        expression=SearchVector("text", config="english") + SearchVector("text", config="german"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = OfChannel.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="mention_once_per_channel")]
        indexes = [
            GinIndex(fields=["search"], name="mention_search"),
            BrinIndex(fields=["received_at"], name="mention_received"),
            models.Index(fields=["-posted_at", "-id"], name="mention_newest"),
            models.Index(fields=["author", "-posted_at"], name="mention_by_author"),
            models.Index(fields=["conversation", "posted_at"], name="mention_in_conversation"),
            models.Index(fields=["story", "-posted_at"], name="mention_in_story"),
            models.Index(fields=["channel", "-received_at"], name="mention_by_channel"),
            models.Index(fields=["id"], condition=models.Q(needs_reading=True), name="mention_unread"),
        ]

    def __str__(self) -> str:
        return plainly(self.text[:80])


class Revision(models.Model):
    """What a mention said before it was edited."""

    mention = models.ForeignKey(Mention, models.CASCADE, related_name="revisions")
    revision = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    superseded_at = models.DateTimeField()

    class Meta:
        ordering = ["mention", "id"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return plainly(self.text[:80])

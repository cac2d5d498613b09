"""Mentions as they are handed in, and channels, for the schema of the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, extend_schema_field
from rest_framework import serializers

from monitoring.channels.registry import KINDS
from monitoring.channels.validate import AUTHOR_LIMITS, LARGEST_NUMBER, LIMITS, MOST_ATTACHMENTS
from monitoring.ingest import MOST_AT_ONCE, Status
from monitoring.models import Channel, Mention
from plumbing.shapes import Count, Id, Shape, WrongFieldShape


@extend_schema_field({"type": ["string", "integer"], "minLength": 1, "maxLength": LIMITS["external_id"]})
class OutsideId(serializers.CharField):
    """As the channel names it; a whole number is taken as text."""


class Figure(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST_NUMBER, allow_null=True, **kwargs)


class AuthorShape(Shape):
    external_id = serializers.CharField(max_length=AUTHOR_LIMITS["external_id"])
    handle = serializers.CharField(max_length=AUTHOR_LIMITS["handle"], allow_blank=True)
    display_name = serializers.CharField(max_length=AUTHOR_LIMITS["display_name"], allow_blank=True)
    followers = Figure()
    verified = serializers.BooleanField()
    url = serializers.URLField(max_length=AUTHOR_LIMITS["url"], allow_null=True)


class IncomingAuthorShape(Shape):
    """Told by `external_id`, else by `handle`, else by `url`."""

    external_id = OutsideId(required=False, allow_null=True)
    handle = serializers.CharField(max_length=AUTHOR_LIMITS["handle"], required=False, allow_null=True)
    display_name = serializers.CharField(max_length=AUTHOR_LIMITS["display_name"], required=False, allow_null=True)
    followers = Figure(required=False)
    verified = serializers.BooleanField(required=False, allow_null=True)
    url = serializers.URLField(max_length=AUTHOR_LIMITS["url"], required=False, allow_null=True)


class EngagementShape(Shape):
    likes = Figure()
    shares = Figure()
    replies = Figure()
    views = Figure()


class IncomingEngagementShape(Shape):
    likes = Figure(required=False)
    shares = Figure(required=False)
    replies = Figure(required=False)
    views = Figure(required=False)


class AttachmentShape(Shape):
    type = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    url = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class IncomingMentionShape(Shape):
    """`channel` and `external_id` are its identity. With `"deleted": true` nothing else is needed."""

    channel = serializers.SlugField(help_text=_("The short name of a channel that exists."))
    external_id = OutsideId(help_text=_("Sending it again is a duplicate, with another text a revision."))
    text = serializers.CharField(max_length=LIMITS["text"], help_text=_("May be empty where there are attachments."))
    posted_at = serializers.DateTimeField(help_text=_("ISO 8601 with its offset."))
    url = serializers.URLField(max_length=LIMITS["url"], required=False, allow_null=True)
    language = serializers.CharField(max_length=LIMITS["language"], required=False, allow_null=True)
    kind = serializers.CharField(max_length=LIMITS["kind"], required=False, allow_null=True)
    revision = serializers.CharField(max_length=LIMITS["revision"], required=False, allow_null=True)
    deleted = serializers.BooleanField(required=False, help_text=_("Hides the mention and keeps its decision."))
    visibility = serializers.ChoiceField(
        Mention.Visibility.choices, required=False, help_text=_("Private posts are refused.")
    )
    author = IncomingAuthorShape(required=False, allow_null=True)
    in_reply_to = OutsideId(required=False, allow_null=True)
    conversation = OutsideId(required=False, allow_null=True)
    engagement = IncomingEngagementShape(required=False, allow_null=True)
    attachments = serializers.ListField(child=AttachmentShape(), required=False, max_length=MOST_ATTACHMENTS)


class IncomingMentionsShape(Shape):
    pass


class OneOrMany(OpenApiSerializerExtension):
    target_class = IncomingMentionsShape

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        one = auto_schema.resolve_serializer(IncomingMentionShape, direction).ref
        return {"oneOf": [one, {"type": "array", "items": one, "maxItems": MOST_AT_ONCE}]}


class IngestResultShape(Shape):
    external_id = serializers.CharField(allow_blank=True, help_text=_("Empty where the mention named none."))
    status = serializers.ChoiceField([status.value for status in Status])
    id = Id(allow_null=True, help_text=_("The mention's number here; null where it was rejected."))
    errors = WrongFieldShape(many=True)


class IngestShape(Shape):
    results = IngestResultShape(many=True, help_text=_("In the order in which they were sent."))


class ChannelCountsShape(Shape):
    """Over the last 24 hours."""

    received = Count()
    stored = Count()
    updated = Count()
    duplicate = Count()
    deleted = Count()
    rejected = Count()


class ChannelShape(Shape):
    slug = serializers.SlugField()
    kind = serializers.ChoiceField(sorted(KINDS))
    name = serializers.CharField()
    state = serializers.ChoiceField(Channel.State.choices)
    last_success_at = serializers.DateTimeField(allow_null=True)
    lag_seconds = Count(allow_null=True, help_text=_("Since the last success."))
    gap = serializers.BooleanField(help_text=_("Whether posts may be missing."))
    error = serializers.CharField(allow_blank=True, help_text=_("In the reader's language; empty while all is well."))
    counts = ChannelCountsShape()

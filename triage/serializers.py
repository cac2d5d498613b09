"""What the API accepts in a request's body or address; the rules themselves stand in the verbs."""

from rest_framework import serializers

from playbooks.models import Disposition, Level
from plumbing.api_fields import OneOf
from plumbing.newest_first import ListQuery
from plumbing.whole_number import LARGEST
from triage.models import Triage

LONGEST_REASON = 2000


class DecisionBody(serializers.Serializer):
    disposition = OneOf(Disposition.choices)
    rev = serializers.IntegerField(min_value=0)
    reason = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=LONGEST_REASON)
    severity = OneOf(Level.choices, required=False, allow_null=True)
    answers = serializers.DictField(child=serializers.CharField(max_length=64), required=False, allow_null=True)


class ReplyBody(serializers.Serializer):
    text = serializers.CharField(trim_whitespace=False, max_length=50_000)
    rev = serializers.IntegerField(min_value=0)
    language = serializers.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", required=False, allow_null=True, max_length=12
    )
    template = serializers.SlugField(required=False, allow_blank=True, allow_null=True)


class MentionFilters(ListQuery):
    """`assignee` is a username, `none` for nobody; `since` counts from when a mention was received."""

    state = OneOf([Triage.State.OPEN, Triage.State.DECIDED], required=False)
    disposition = OneOf(Disposition.choices, required=False)
    channel = serializers.SlugField(required=False)
    q = serializers.CharField(required=False, max_length=200)
    assignee = serializers.CharField(required=False, max_length=150)
    story = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)
    since = serializers.DateTimeField(required=False)

"""What the API accepts in a request's body or address; the rules themselves stand in the verbs."""

from rest_framework import serializers

from playbooks.models import Disposition, Level
from plumbing.api_fields import Digits, Moment, OneOf, Pattern, Slug, Text, Whole
from plumbing.newest_first import ListQuery
from plumbing.whole_number import LARGEST
from triage.models import Triage

LONGEST_REASON = 2000


class DecisionBody(serializers.Serializer):
    disposition = OneOf(Disposition.choices)
    rev = Whole(min_value=0, max_value=LARGEST)
    reason = Text(required=False, allow_blank=True, allow_null=True, max_length=LONGEST_REASON)
    severity = OneOf(Level.choices, required=False, allow_null=True)
    answers = serializers.DictField(child=Text(max_length=64), required=False, allow_null=True)


class ReplyBody(serializers.Serializer):
    text = Text(trim_whitespace=False, max_length=50_000)
    rev = Whole(min_value=0, max_value=LARGEST)
    language = Pattern(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", required=False, allow_null=True, max_length=12)
    template = Slug(required=False, allow_blank=True, allow_null=True)


class MentionFilters(ListQuery):
    """`assignee` is a username, `none` for nobody; `since` counts from when a mention was received."""

    state = OneOf([Triage.State.OPEN, Triage.State.DECIDED], required=False)
    disposition = OneOf(Disposition.choices, required=False)
    channel = Slug(required=False)
    q = Text(required=False, max_length=200)
    assignee = Text(required=False, max_length=150)
    story = Digits(required=False, min_value=1, max_value=LARGEST)
    since = Moment(required=False)

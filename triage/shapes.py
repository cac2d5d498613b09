"""Mentions, decisions and replies for the schema of the API; triage.as_json makes them."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from monitoring.channels.validate import LIMITS
from monitoring.models import Mention, OutboundPost
from monitoring.shapes import AttachmentShape, AuthorShape, EngagementShape
from playbooks.models import Disposition, Level
from plumbing.shapes import Anything, Count, Id, ProblemShape, Shape
from triage.models import Decision, Triage


class ReadingShape(Shape):
    language = serializers.CharField(help_text=_("ISO 639-1, or `und` where the text is too short to tell."))
    sentiment = serializers.FloatField(min_value=-1, max_value=1)
    terms = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text=_("Word list → what was found, verbatim.")
    )


class BecauseShape(Shape):
    rule = serializers.CharField(help_text=_("The rule that fired, such as `mention.direct is true`."))
    value = Anything(allow_null=True, help_text=_("What it saw."))


class SkippedRuleShape(Shape):
    rule = serializers.CharField()
    fact = serializers.CharField()
    reason = serializers.CharField()


class StepShape(Shape):
    playbook = serializers.CharField()
    version = Count()
    node = serializers.CharField()
    question = serializers.CharField(help_text=_("In the reader's language."))
    answer = serializers.CharField(
        allow_null=True, help_text=_("Null where the walk stopped, and for risks that nobody confirmed yet.")
    )
    by = serializers.ChoiceField(["person", "hint"], allow_null=True)
    because = BecauseShape(allow_null=True)
    skipped = SkippedRuleShape(many=True, help_text=_("Rules that could not be evaluated, and why."))


class RiskShape(Shape):
    playbook = serializers.CharField()
    node = serializers.CharField()
    on_path = serializers.BooleanField()
    because = BecauseShape(allow_null=True)


class PathProblemShape(Shape):
    code = serializers.CharField()
    at = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)


class SuggestionShape(Shape):
    """What the playbooks say, and why. `disposition` and `outcome` are null while a question is open."""

    disposition = serializers.ChoiceField(Disposition.choices, allow_null=True)
    outcome = serializers.CharField(allow_null=True)
    open_question = serializers.CharField(allow_null=True)
    to_confirm = serializers.ListField(
        child=serializers.CharField(), help_text=_("The risk questions that a person must confirm.")
    )
    path = StepShape(many=True)
    risks = RiskShape(many=True, help_text=_("Risk rules that fired, on the path or off it."))
    problems = PathProblemShape(many=True)


class DecisionShape(Shape):
    id = Id()
    mention = Id()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    via = serializers.ChoiceField(Decision.Via.choices)
    disposition = serializers.ChoiceField(Disposition.choices)
    severity = serializers.ChoiceField(Level.choices)
    reason = serializers.CharField(allow_blank=True)
    deviation = serializers.BooleanField(help_text=_("Whether it left the suggestion."))
    answers = serializers.DictField(child=serializers.CharField())
    unanswered_risks = serializers.ListField(child=serializers.CharField())
    outcome = serializers.CharField(allow_null=True)
    versions = serializers.DictField(child=Count(), help_text=_("Playbook → the version that was followed."))
    escalation = Id(allow_null=True)
    supersedes = Id(allow_null=True, help_text=_("The decision that this one replaced."))


class MentionShape(Shape):
    channel = serializers.SlugField()
    external_id = serializers.CharField(max_length=LIMITS["external_id"])
    url = serializers.CharField(max_length=LIMITS["url"], allow_null=True)
    text = serializers.CharField(
        max_length=LIMITS["text"], allow_blank=True, help_text=_("As it was sent; empty once it was deleted.")
    )
    language = serializers.CharField(allow_null=True, help_text=_("As the channel says."))
    kind = serializers.CharField(allow_blank=True)
    posted_at = serializers.DateTimeField()
    revision = serializers.CharField(allow_null=True)
    deleted = serializers.BooleanField()
    visibility = serializers.ChoiceField(Mention.Visibility.choices)
    author = AuthorShape(allow_null=True)
    in_reply_to = serializers.CharField(allow_null=True)
    conversation = serializers.CharField(allow_null=True)
    engagement = EngagementShape()
    attachments = AttachmentShape(many=True)
    id = Id()
    rev = Count(help_text=_("Goes up with every change; 0 until there is a suggestion. Send it back to decide."))
    state = serializers.ChoiceField(Triage.State.choices)
    story = Id(allow_null=True, help_text=_("Mentions that say the same share a story."))
    received_at = serializers.DateTimeField()
    severity = serializers.ChoiceField(Level.choices, allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    assignee = serializers.CharField(allow_null=True, help_text=_("A user name."))
    reading = ReadingShape(allow_null=True)
    suggestion = SuggestionShape(allow_null=True)
    decision = DecisionShape(allow_null=True, help_text=_("The one in force."))


class OutboundPostShape(Shape):
    id = Id()
    mention = Id()
    decision = Id(allow_null=True)
    text = serializers.CharField()
    language = serializers.CharField(allow_blank=True)
    template = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(OutboundPost.State.choices)
    author = serializers.CharField()
    created_at = serializers.DateTimeField()
    sends_at = serializers.DateTimeField(allow_null=True, help_text=_("Until then it can be taken back."))
    posted_at = serializers.DateTimeField(allow_null=True)
    external_id = serializers.CharField(allow_null=True, help_text=_("As the channel says."))
    url = serializers.CharField(allow_null=True)
    problem = serializers.CharField(allow_null=True, help_text=_("Why it did not go out, in the reader's language."))


class ConflictShape(ProblemShape):
    """Somebody was faster, or the mention has no suggestion yet."""

    decision = DecisionShape(allow_null=True, help_text=_("The winner's."))
    rev = Count(help_text=_("The current one."))

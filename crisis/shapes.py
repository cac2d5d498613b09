"""Escalations for the schema of the API; crisis.api makes them."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crisis.models import DeliveryAttempt, Escalation, Notification
from crisis.notifiers.registry import NOTIFIERS
from playbooks.models import Level
from plumbing.shapes import Count, Id, Shape


class SubjectShape(Shape):
    kind = serializers.ChoiceField(Escalation.Subject.choices)
    id = Count()


class TargetShape(Shape):
    role = serializers.CharField()
    who = serializers.CharField()


class PolicyStepShape(Shape):
    delay = serializers.FloatField(min_value=0, help_text=_("Seconds after the step before."))
    targets = TargetShape(many=True)
    urgency = serializers.CharField(allow_blank=True)
    rule = serializers.CharField()


class PolicyShape(Shape):
    """Frozen when the escalation began."""

    name = serializers.CharField(allow_blank=True)
    steps = PolicyStepShape(many=True)


class PageShape(Shape):
    id = serializers.CharField()
    person = serializers.CharField()
    why = serializers.CharField(help_text=_("Such as `pr_lead, on shift`."))
    created_at = serializers.DateTimeField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class AttemptShape(Shape):
    at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(DeliveryAttempt.Outcome.choices)
    code = Count(allow_null=True, help_text=_("What the other side answered: SMTP or HTTP."))


class NotificationShape(Shape):
    id = Id()
    kind = serializers.ChoiceField(Notification.Kind.choices)
    page = serializers.CharField(allow_null=True)
    method = serializers.ChoiceField(sorted(NOTIFIERS))
    state = serializers.ChoiceField(Notification.State.choices)
    attempts = AttemptShape(many=True)


class EscalationShape(Shape):
    id = Id()
    rev = Count(help_text=_("Goes up with every change."))
    state = serializers.ChoiceField(Escalation.State.choices)
    severity = serializers.ChoiceField(Level.choices)
    title = serializers.CharField(allow_blank=True, help_text=_("Safe on a lock screen: no text from outside."))
    is_drill = serializers.BooleanField()
    subject = SubjectShape()
    mention = Id(allow_null=True)
    policy = PolicyShape()
    generation = Count(help_text=_("Goes up when calling starts anew."))
    step = Count(help_text=_("The last step that fired, from 1."))
    round = Count()
    step_due_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    pages = PageShape(many=True)
    notifications = NotificationShape(many=True)

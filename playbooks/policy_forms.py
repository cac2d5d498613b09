"""The form of one step of an escalation policy."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from playbooks.fields import TargetsField
from playbooks.models import PolicyStep


class PolicyStepForm(forms.ModelForm):
    targets = TargetsField(
        label=capfirst(_("calls")),
        required=False,
        help_text=_("Nothing chosen: whom the outcome names, else the level."),
    )

    class Meta:
        model = PolicyStep
        fields = ["position", "delay", "targets", "urgency", "rule"]

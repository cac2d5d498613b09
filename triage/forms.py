"""What the console's forms accept; the rules themselves stand in the verbs, whose lacks come back to the fields."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from playbooks.models import Disposition, Level
from triage.refusal import Lack
from triage.walked import Walked


class DecisionForm(forms.Form):
    """One decision. The answers given so far travel beside it as `answer:tree/node`."""

    disposition = forms.ChoiceField(choices=Disposition)
    rev = forms.IntegerField(min_value=0)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=[("", _("As proposed")), *Level.choices], required=False)
    text = forms.CharField(
        label=_("Reply"), required=False, widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}), strip=False
    )
    template = forms.SlugField(required=False)

    def add_lacks(self, lacks: Iterable[Lack], walked: Walked) -> None:
        """Shows each lack at its field; one about a question of the playbook names the question."""
        for lack in lacks:
            if lack.field in self.fields:
                self.add_error(lack.field, lack.reason)
            else:
                self.add_error(None, f"{question_of(lack.field, walked)} {lack.reason}".strip())


def question_of(field: str, walked: Walked) -> str:
    node = walked.node(field.removeprefix("answers."))
    return node.question.in_language(get_language() or "en") if node else ""


class AssignForm(forms.Form):
    rev = forms.IntegerField(min_value=0)
    to = forms.ChoiceField(choices=[("me", _("Me")), ("nobody", _("Nobody"))])


class ReplyForm(forms.Form):
    """A further reply to a mention that is decided already."""

    rev = forms.IntegerField(min_value=0)
    text = forms.CharField(
        label=_("Reply"), required=False, widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}), strip=False
    )
    template = forms.SlugField(required=False)

    def add_lacks(self, lacks: Iterable[Lack]) -> None:
        for lack in lacks:
            self.add_error(lack.field, lack.reason)

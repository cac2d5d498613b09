"""What is asked for a replay: which version, over which mentions, on which facts."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playbooks.models import PlaybookVersion
from triage.replay import MOST, Selection

USUAL = 200
State = PlaybookVersion.State
LAST, SPAN = "last", "span"
KEPT, ANEW = "kept", "anew"


def version_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """Drafts and versions in force, by playbook, the newest first."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for version in PlaybookVersion.objects.exclude(state=State.RETIRED).select_related("playbook").defer("content"):
        groups.setdefault(str(version.playbook), []).append((version.pk, version_name(version)))
    return list(groups.items())


def version_name(version: PlaybookVersion) -> str:
    """“Scenario map v2 · Draft”."""
    return f"{version} · {version.get_state_display()}"


class VersionField(forms.TypedChoiceField):
    """A version by its key; the retired ones are not offered, yet an address may name one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=version_choices, coerce=int, **kwargs)

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or (
            str(value).isascii() and str(value).isdigit() and PlaybookVersion.objects.filter(pk=int(value)).exists()
        )


class ReplayForm(forms.Form):
    version = VersionField(label=gettext_lazy("Version to try"))
    which = forms.ChoiceField(
        label=gettext_lazy("Mentions"),
        choices=[(LAST, gettext_lazy("The newest")), (SPAN, gettext_lazy("Those of some days"))],
        initial=LAST,
        widget=forms.RadioSelect,
    )
    last = forms.IntegerField(
        label=gettext_lazy("How many"), initial=USUAL, min_value=1, max_value=MOST, required=False, localize=True
    )
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To, inclusive"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    facts = forms.ChoiceField(
        label=gettext_lazy("Facts"),
        choices=[
            (KEPT, gettext_lazy("As the suggestion saw them")),
            (ANEW, gettext_lazy("As they can be computed today")),
        ],
        initial=KEPT,
    )
    as_start = forms.BooleanField(
        label=gettext_lazy("Begin every walk in this playbook"),
        required=False,
        help_text=gettext_lazy("For a playbook in which no channel begins yet."),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("which") == LAST and not found.get("last") and "last" not in self.errors:
            self.add_error("last", _("Say how many."))
        if found.get("which") == SPAN:
            self._check_span(found.get("since"), found.get("until"))
        return found

    def selection(self, channels: tuple[int, ...] | None) -> Selection:
        """Of a valid form; whole days in the person's time zone."""
        found = self.cleaned_data
        anew = found["facts"] == ANEW
        if found["which"] == LAST:
            return Selection(last=found["last"], channels=channels, anew=anew)
        after = found["until"] + timedelta(days=1)
        return Selection(since=_midnight(found["since"]), until=_midnight(after), channels=channels, anew=anew)

    def _check_span(self, since: date | None, until: date | None) -> None:
        for name, value in (("since", since), ("until", until)):
            if value is None and name not in self.errors:
                self.add_error(name, _("Choose a day."))
        if since and until and since > until:
            self.add_error("until", ValidationError(_("The last day lies before the first.")))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

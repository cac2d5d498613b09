"""The form of one row of the severity matrix: when it is proposed, and everything that the level demands."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from playbooks.durations import duration, in_short
from playbooks.fields import RoleBoxes, ShortDurationField, TargetsField
from playbooks.models import SeverityLevel
from playbooks.rule_forms import RulesField
from playbooks.words import PAUSES

SHORT_TIME = _("For example 15m or 4h.")
PARTS_OF_HOLDING = {"holding_draft": "draft", "holding_out": "out"}
ORDERED = ("default_who", "unacknowledged_to", "approve_first", "approve_later")  # boxes do not say in which order
TIMES = ("first_word", "update_every")


class SeverityLevelForm(forms.ModelForm):
    rules = RulesField(
        label=capfirst(_("proposed when")), help_text=_("Any one of these rules proposes the level; the highest wins.")
    )
    acknowledge_within = ShortDurationField(label=capfirst(_("acknowledge within")), help_text=SHORT_TIME)
    acknowledgement_lasts = ShortDurationField(
        label=capfirst(_("an acknowledgement lasts")),
        required=False,
        help_text=_("Then people are called again. Empty: it lasts until it is resolved."),
    )
    default_who = RoleBoxes(
        label=capfirst(_("called at once")), help_text=_("When somebody escalates without an escalate outcome.")
    )
    unacknowledged_to = TargetsField(label=capfirst(_("unacknowledged goes to")))
    approve_first = RoleBoxes(label=_("Approved by"), required=False)
    approve_later = RoleBoxes(
        label=_("Later also by"), required=False, help_text=_("When none of the first has decided by then.")
    )
    approve_after = ShortDurationField(label=_("Later means after"), required=False, help_text=SHORT_TIME)
    first_word = ShortDurationField(label=_("First word in public within"), required=False, help_text=SHORT_TIME)
    holding_draft = ShortDurationField(label=_("Holding statement drafted within"), required=False)
    holding_out = ShortDurationField(label=_("Holding statement out within"), required=False)
    update_every = ShortDurationField(label=_("An update every"), required=False)
    pause = forms.ChoiceField(label=_("Planned posts are paused"), choices=list(PAUSES.items()))
    cover_hours_only = forms.BooleanField(
        label=_("Cover hours only"), required=False, help_text=_("Its deadlines rest outside the cover hours.")
    )

    class Meta:
        model = SeverityLevel
        fields = ["rules", "acknowledge_within", "acknowledgement_lasts", "default_who", "unacknowledged_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self._stored().items():
            self.initial.setdefault(name, value)

    def _stored(self) -> dict[str, Any]:
        """What the row keeps as data, by field."""
        demands, approve = self.instance.demands, self.instance.approve
        later = [one for one in approve if "after" in one]
        return {
            "approve_first": [one["role"] for one in approve if "after" not in one],
            "approve_later": [one["role"] for one in later],
            "approve_after": duration(later[0]["after"]) if later else None,
            **{name: _time(demands.get(name)) for name in TIMES},
            **{name: _time(demands.get("holding", {}).get(part)) for name, part in PARTS_OF_HOLDING.items()},
            "pause": demands.get("pause", "no"),
            "cover_hours_only": demands.get("cover_hours_only", False),
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values |= {name: self.initial[name] for name in ORDERED if name in self.initial.keys() - self.changed_data}
        self._check_approvers(values)
        self._check_holding(values)
        return values

    def _check_approvers(self, values: Mapping[str, Any]) -> None:
        first, later = values.get("approve_first") or [], values.get("approve_later") or []
        if later and not values.get("approve_after") and "approve_after" not in self.errors:
            self.add_error("approve_after", _("Say after how long they may approve, too."))
        if later and not first:
            self.add_error("approve_first", _("Somebody has to be asked first."))
        if set(first) & set(later):
            self.add_error("approve_later", _("A role is either asked first or later."))

    def _check_holding(self, values: Mapping[str, Any]) -> None:
        draft, out = values.get("holding_draft"), values.get("holding_out")
        if bool(draft) != bool(out):
            self.add_error("holding_out" if draft else "holding_draft", _("A holding statement needs both times."))
        elif draft and out and draft > out:
            self.add_error("holding_out", _("It cannot be out before it is drafted."))

    def save(self, commit: bool = True) -> SeverityLevel:
        self.instance.approve = self._approve()
        self.instance.demands = self._demands()
        return super().save(commit)

    def _approve(self) -> list[dict[str, str]]:
        values = self.cleaned_data
        first = [{"role": role} for role in values["approve_first"]]
        return first + [{"role": role, "after": in_short(values["approve_after"])} for role in values["approve_later"]]

    def _demands(self) -> dict[str, Any]:
        """What is not demanded is left out; a time that nobody touched keeps its spelling."""
        values, before = self.cleaned_data, self.instance.demands
        demands: dict[str, Any] = {name: self._spelled(name, before.get(name)) for name in TIMES}
        holding: Mapping[str, str] = before.get("holding") or {}
        parts = {part: self._spelled(name, holding.get(part)) for name, part in PARTS_OF_HOLDING.items()}
        demands |= {"holding": parts if all(parts.values()) else None}
        demands |= {"pause": values["pause"], "cover_hours_only": values["cover_hours_only"] or None}
        return {name: value for name, value in demands.items() if value is not None}

    def _spelled(self, name: str, before: str | None) -> str | None:
        value: timedelta | None = self.cleaned_data[name]
        if _time(before) == value:
            return before
        return in_short(value) if value else None


def _time(text: str | None) -> timedelta | None:
    return duration(text) if text else None

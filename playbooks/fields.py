"""Form fields in which people write durations, targets and roles; nobody types JSON."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from playbooks.durations import duration, in_short
from playbooks.targets import role_choices, target_as_text, target_choices, target_from_text


class ShortDurationField(forms.CharField):
    """A duration written as `15m`, `4h` or `3d`."""

    default_error_messages = {"invalid": _("Write a number with s, m, h or d, for example 15m or 4h.")}

    def prepare_value(self, value: Any) -> Any:
        return in_short(value) if isinstance(value, timedelta) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            return duration(text or "")
        except (ValueError, OverflowError):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class TargetsField(forms.MultipleChoiceField):
    """Several roles at once, each with its place: `[{"role": "pr_lead", "who": "on_shift"}]`."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "target-grid"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=target_choices, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Rows from the database, or the choices as the browser sent them."""
        return [target if isinstance(target, str) else target_as_text(target) for target in value or []]

    def clean(self, value: Any) -> list[dict[str, str]]:
        return [target_from_text(text) for text in super().clean(value)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class RoleBoxes(forms.MultipleChoiceField):
    """Several roles at once: `["pr_lead", "legal"]`."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "role-boxes"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=role_choices, **kwargs)

"""What admins fill in for channels, watched topics and word lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from monitoring.channels.registry import KINDS, POLLED
from monitoring.models import Channel, WatchedTopic, WordList

LONGEST_ENTRY = 200


class OnePerLine(forms.CharField):
    """A list of words, one per line, each once."""

    def __init__(self, *, rows: int = 8, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "cols": 60}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = (super().to_python(value) or "").splitlines()
        return list(dict.fromkeys(filter(None, map(str.strip, lines))))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if any(len(entry) > LONGEST_ENTRY for entry in value):
            raise forms.ValidationError(_("An entry has at most %d characters.") % LONGEST_ENTRY)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class ChannelForm(forms.ModelForm):
    kind = forms.ChoiceField(label=_("kind"), choices=lambda: [(slug, kind.label) for slug, kind in KINDS.items()])

    address = forms.URLField(
        label=_("address"), required=False, assume_scheme="https", help_text=_("What a feed channel reads.")
    )

    class Meta:
        model = Channel
        fields = ["name", "slug", "kind", "unit", "state", "address", "own_account", "poll_every"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") in POLLED and not cleaned.get("address"):
            self.add_error("address", _("A channel of this kind needs an address."))
        return cleaned


class WatchedTopicForm(forms.ModelForm):
    terms = OnePerLine(label=_("terms"), help_text=_("One per line. law* fits every ending; case does not matter."))
    not_terms = OnePerLine(
        label=_("but not"),
        required=False,
        rows=4,
        help_text=_("Where one of these stands in the text, the terms do not count."),
    )
    handles = OnePerLine(
        label=_("our handles"), required=False, rows=4, help_text=_("One per line, such as @name or @name@server.")
    )

    class Meta:
        model = WatchedTopic
        fields = ["name", "slug", "is_brand", "terms", "not_terms", "handles", "unit"]


class WordListForm(forms.ModelForm):
    terms = OnePerLine(
        label=_("words and phrases"),
        rows=30,
        help_text=_("One per line. law* fits every ending, a * by itself any one word; case does not matter."),
    )

    class Meta:
        model = WordList
        fields = ["slug", "language", "terms"]

"""What admins fill in for channels, watched topics and word lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from monitoring.channels.registry import KINDS, POLLED
from monitoring.models import Channel, SigningSecret, WatchedTopic, WordList
from plumbing.standard_webhooks import key_of, new_secret

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
        label=_("address"),
        required=False,
        assume_scheme="https",
        help_text=_("What a feed channel reads, and where a webhook channel sends our replies."),
    )

    class Meta:
        model = Channel
        fields = ["name", "slug", "kind", "unit", "agency_people", "state", "address", "own_account", "poll_every"]
        widgets = {"agency_people": forms.CheckboxSelectMultiple}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") in POLLED and not cleaned.get("address"):
            self.add_error("address", _("A channel of this kind needs an address."))
        return cleaned


class SigningSecretForm(forms.ModelForm):
    """`admin` is who fills it in, for the channels that they see."""

    admin: User
    channel = forms.ModelChoiceField(
        label=_("channel"),
        queryset=Channel.objects.filter(kind__in=[kind for kind, spec in KINDS.items() if spec.webhook]),
    )
    secret = forms.CharField(
        label=_("secret"),
        required=False,
        max_length=200,
        help_text=_("Leave it empty to have one made. Paste one (whsec_…) only if the other side made it."),
        widget=forms.TextInput(attrs={"size": 60, "autocomplete": "off"}),
    )

    class Meta:
        model = SigningSecret
        fields = ["channel", "use"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "channel" in self.fields:
            self.fields["channel"].queryset = self.fields["channel"].queryset.visible_to(self.admin)

    def clean_secret(self) -> str:
        secret = self.cleaned_data["secret"].strip() or new_secret()
        try:
            key_of(secret)
        except ValueError as error:
            raise forms.ValidationError(_("A secret is whsec_ and 24 to 64 bytes in base64.")) from error
        return secret

    def save(self, commit: bool = True) -> SigningSecret:
        self.instance.value = self.cleaned_data["secret"]
        return super().save(commit)


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

"""What is tried: a typed text or a real mention, and which version."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.db.models.functions import Left
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from monitoring.models import Author, Channel, Mention
from playbooks.models import PlaybookVersion
from triage.models import Triage
from triage.replay_forms import VersionField, version_choices
from triage.trial import Typed, find_mention

TEXT, MENTION = "text", "mention"
RECENT = 8
EXCERPT = 120
NUMBER = re.compile(r"(?:.*/m/)?(\d{1,18})/?(?:\?.*)?")
IN_FORCE = ("", gettext_lazy("What is in force"))


class TryForm(forms.Form):
    version = VersionField(label=gettext_lazy("Version"), required=False, empty_value=None)
    begin_here = forms.BooleanField(label=gettext_lazy("Begin in its playbook"), required=False)
    of = forms.ChoiceField(
        label=gettext_lazy("What is walked"),
        choices=[(TEXT, gettext_lazy("A text")), (MENTION, gettext_lazy("A mention"))],
        initial=TEXT,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    channel = forms.ModelChoiceField(
        Channel.objects.none(), label=gettext_lazy("Channel"), required=False, empty_label=None
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("", gettext_lazy("as read")), *settings.LANGUAGES], required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("The author is"), choices=Author.Kind, initial=Author.Kind.UNKNOWN, required=False
    )
    followers = forms.IntegerField(
        label=gettext_lazy("Followers"), required=False, min_value=0, max_value=10**12, localize=True
    )
    picked = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    number = forms.CharField(
        label=gettext_lazy("Number or address of a mention"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["channel"].queryset = Channel.objects.visible_to(person).order_by("name")
        self.fields["version"].choices = [IN_FORCE, *version_choices()]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        found["mention"] = None
        if found.get("of") == TEXT:
            self._check_typed(found)
        elif found.get("of") == MENTION and not self.errors:
            found["mention"] = self._mention(found)
        return found

    def version_tried(self) -> PlaybookVersion | None:
        """Of a valid form; None for what is in force."""
        pk = self.cleaned_data["version"]
        return PlaybookVersion.objects.select_related("playbook").get(pk=pk) if pk else None

    def typed(self) -> Typed:
        found = self.cleaned_data
        return Typed(
            text=found["text"],
            channel=found["channel"],
            language=found["language"],
            author_kind=found["kind"] or Author.Kind.UNKNOWN,
            followers=found["followers"],
        )

    def recent(self) -> list[Triage]:
        """The newest mentions, to pick from."""
        rows = Triage.objects.visible_to(self.person).filter(mention__deleted_at=None).order_by("-pk")
        loaded = rows.select_related("mention__author", "mention__reading", "channel")
        kept = loaded.defer("mention__text", "mention__search", "mention__engagement", "mention__attachments")
        return list(kept.annotate(excerpt=Left("mention__text", EXCERPT))[:RECENT])

    def _check_typed(self, found: dict[str, Any]) -> None:
        if not found.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write a text."))
        if not found.get("channel") and "channel" not in self.errors:
            self.add_error("channel", _("Choose a channel."))

    def _mention(self, found: dict[str, Any]) -> Mention | None:
        number = NUMBER.fullmatch(found["number"]) if found["number"] else None
        pk = int(number[1]) if number else None if found["number"] else found["picked"]
        mention = find_mention(pk, self.person) if pk else None
        if mention is None:
            self.add_error("number", _("There is no such mention.") if found["number"] else _("Choose a mention."))
        return mention

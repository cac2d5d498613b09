"""What a person may say about themself."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import time_zones
from accounts.context import THEMES
from accounts.models import User


class ProfileForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones.choices)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "language", "time_zone", "shortcuts"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, autocomplete in (("first_name", "given-name"), ("last_name", "family-name"), ("email", "email")):
            self.fields[name].widget.attrs |= {"class": "input", "autocomplete": autocomplete}
        for name in ("language", "time_zone"):
            self.fields[name].widget.attrs["class"] = "select"

    def clean_email(self) -> str:
        """Signing in by e-mail needs one person per address."""
        email = self.cleaned_data["email"]
        if email and User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody else uses this address."), code="taken")
        return email


class PreferencesForm(forms.Form):
    """One switch of the profile menu at a time: whichever is sent."""

    theme = forms.ChoiceField(choices=[(theme, theme) for theme in THEMES], required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    shortcuts = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], required=False)

"""What the first administrator fills in."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.first_run.setup_code import is_setup_code


class FirstAdminForm(forms.Form):
    code = forms.CharField(
        label=_("Set-up code"),
        help_text=_("Stands in the terminal that started the console, or comes from: manage.py setup_code"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "off"}),
    )
    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Where this console reaches you."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if not is_setup_code(code):
            raise ValidationError(_("This is not the set-up code of this console."), code="wrong")
        return code

    def clean(self) -> dict:
        said = super().clean() or {}
        password = said.get("password")
        if password:
            self._check_password(password, said)
        return said

    def _check_password(self, password: str, said: dict) -> None:
        if password != said.get("again"):
            self.add_error("again", _("The two passwords differ."))
        names = ("username", "first_name", "last_name", "email")
        person = User(**{name: said.get(name, "") for name in names})
        try:
            validate_password(password, person)
        except ValidationError as error:
            self.add_error("password", error)

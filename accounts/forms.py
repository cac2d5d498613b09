"""What a person may say about themself, and what a visitor may ask for."""

from allauth.account.forms import LoginForm, ReauthenticateForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import mails, time_zones
from accounts.context import THEMES
from accounts.models import ApiToken, User
from accounts.scopes import Scope


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


class TokenForm(forms.Form):
    """A token for a program of one's own. It lasts so many days; 0 for as long as nobody revokes it."""

    MOST = 50  # usable ones of a person

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What will use it, so that you know what stops when you revoke it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=Scope, initial=[Scope.READ], widget=forms.CheckboxSelectMultiple
    )
    lasts = forms.TypedChoiceField(
        label=_("Expires"),
        coerce=int,
        initial=90,
        choices=[(30, _("in 30 days")), (90, _("in 90 days")), (365, _("in a year")), (0, _("never"))],
    )

    def __init__(self, *args, owner: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean(self) -> None:
        super().clean()
        if ApiToken.objects.usable().filter(owner=self.owner).count() >= self.MOST:
            raise forms.ValidationError(_("You have %s tokens. Revoke one first.") % self.MOST, code="too_many")


class PreferencesForm(forms.Form):
    """One switch of the profile menu at a time: whichever is sent."""

    theme = forms.ChoiceField(choices=[(theme, theme) for theme in THEMES], required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    shortcuts = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], required=False)


class WithoutLink:
    """allauth puts a link to the forgotten password into the field's help; our page has it in its own place."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class SignInForm(WithoutLink, LoginForm):
    """Name or e-mail, and password."""


class PasswordAgainForm(WithoutLink, ReauthenticateForm):
    """The password asked for before a weighty act."""


class ForgottenPasswordForm(forms.Form):
    """Asks for a mail. Whether the address is somebody's is not looked up here, so neither text nor time can tell."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "input"})
    )

    def save(self, request: HttpRequest, **kwargs) -> str:
        mails.queue_forgotten_password(self.cleaned_data["email"])
        return self.cleaned_data["email"]


class AcceptForm(forms.ModelForm):
    """What an invited person chooses: a name to sign in with, a password, a language and a time zone."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "input"}),
        help_text=_("At least eight characters, nothing common. A few words are easiest to remember."),
    )
    password_again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "input"}),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones.choices)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "username", "password", "password_again", "language", "time_zone"]
        labels = {"username": _("User name")}
        help_texts = {"username": _("You sign in with it, or with your e-mail address.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, autocomplete in (
            ("first_name", "given-name"),
            ("last_name", "family-name"),
            ("username", "username"),
        ):
            self.fields[name].widget.attrs |= {"class": "input", "autocomplete": autocomplete}
        for name in ("language", "time_zone"):
            self.fields[name].widget.attrs["class"] = "select"

    def clean_username(self) -> str:
        """Names are compared without regard to capitals when somebody signs in."""
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("Somebody else has this user name."), code="taken")
        return username

    def clean(self) -> dict:
        values = super().clean() or self.cleaned_data
        password = values.get("password")
        if password and password != values.get("password_again"):
            self.add_error("password_again", _("The two passwords differ."))
        return values

    def _post_clean(self) -> None:
        """Once the name is known, a password may not resemble it."""
        super()._post_clean()
        if password := self.cleaned_data.get("password"):
            try:
                validate_password(password, self.instance)
            except forms.ValidationError as error:
                self.add_error("password", error)

    def person(self) -> User:
        """The account as it was asked for, not saved."""
        self.instance.set_password(self.cleaned_data["password"])
        return self.instance

"""Second factors: who must have one, how they are kept, and what counts as a right code.

An authenticator app (TOTP) or a passkey is a second factor; recovery codes only help out. A passkey that checks its
person (fingerprint, PIN) signs in alone.
"""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from plumbing.secrets import fernet

T = TypeVar("T")
REQUIRED = "required"
MUST_HAVE_ONE = ("pr_lead", "admin")
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
CODE_LIVES = 3 * 30  # seconds: the code of now, the one before and the one after


def must_have_one(person: User) -> bool:
    """PR leads, admins and superusers, unless SECOND_FACTOR says that it is optional."""
    if settings.SECOND_FACTOR != REQUIRED:
        return False
    return person.is_superuser or person.groups.filter(name__in=MUST_HAVE_ONE).exists()


def is_missing(person: User) -> bool:
    """Whether this person must have a second factor and has none: one query."""
    if settings.SECOND_FACTOR != REQUIRED:
        return False
    without = User.objects.filter(pk=person.pk).exclude(authenticator__type__in=FACTORS)
    if not person.is_superuser:
        without = without.filter(groups__name__in=MUST_HAVE_ONE)
    return without.exists()


def remove_all(person: User) -> int:
    """Takes every second factor and recovery code from `person`, who lost them; how many there were."""
    return Authenticator.objects.filter(user_id=person.pk).delete()[0]


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's second factors, with secrets encrypted and bound to the console's public name."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _("That did not fit. Try again.")}

    def encrypt(self, text: str) -> str:
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return fernet().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "localhost", "name": "Leitstelle"}

    def _get_user_identifier(self, user) -> str:
        return user.username

    def generate_authenticator_name(self, user, type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey") if count == 1 else ngettext("Passkey %d", "Passkey %d", count) % count


class OnceOnly:
    """A code of an authenticator app opens once, for as long as it would be right: allauth forgets it too early."""

    def clean_code(self) -> str:
        code = super().clean_code()  # type: ignore[misc]
        is_new = cache.add(f"totp-used:{self.user.pk}:{code}", True, CODE_LIVES)  # type: ignore[attr-defined]
        if not is_new:
            raise SecondFactorAdapter().validation_error("incorrect_code")
        return code


class CodeForm(OnceOnly, AuthenticateForm):
    """The code asked for while signing in."""


class CodeAgainForm(OnceOnly, ReauthenticateForm):
    """The code asked for before a weighty act."""


class Guarded:
    """Whatever a browser sends as a passkey, a bad signature included, is an error of the form, never of the server."""

    def clean(self) -> dict:
        return guarded(super().clean)  # type: ignore[misc]


def guarded(check: Callable[[], T]) -> T:
    try:
        return check()
    except forms.ValidationError:
        raise
    except Exception as error:  # the library raises a dozen kinds for broken input
        raise SecondFactorAdapter().validation_error("incorrect_code") from error


class ShownPasskey(Guarded):
    def clean_credential(self) -> Authenticator:
        return guarded(super().clean_credential)  # type: ignore[misc]


class PasskeySignInForm(ShownPasskey, LoginWebAuthnForm):
    """A passkey that signs in alone."""


class PasskeyStepForm(ShownPasskey, AuthenticateWebAuthnForm):
    """A passkey after the password."""


class PasskeyAgainForm(ShownPasskey, ReauthenticateWebAuthnForm):
    """A passkey before a weighty act."""


class PasskeyForm(Guarded, AddWebAuthnForm):
    """A new passkey; it signs in alone unless that is switched off, as for old security keys without a PIN."""

    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    passwordless = forms.BooleanField(
        label=_("Signs in without a password"),
        required=False,
        initial=True,
        help_text=_("Needs a fingerprint, a face or a PIN. Switch it off for a security key that has none."),
    )

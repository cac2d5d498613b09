"""The link of an invitation: signed, and bound to the last mail that was sent for it."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import Invitation

SALT = "accounts.invitation"


def link_of(invitation: Invitation) -> str:
    """The whole address, for the mail."""
    return settings.PUBLIC_URL + reverse("accounts:invitation", args=[token_of(invitation)])


def token_of(invitation: Invitation) -> str:
    return signing.dumps([invitation.pk, invitation.nonce], salt=SALT)


def read(token: str) -> tuple[int, str] | None:
    """The invitation's number and the nonce of its mail; None when we did not sign this token."""
    try:
        pk, nonce = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return pk, nonce

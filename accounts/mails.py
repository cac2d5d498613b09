"""Mails about signing in: a row first, sent by a worker, in the receiver's language; a failure is tried again.

The page that asks for a mail only writes a row, so its answer takes equally long whether there is such a person.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, override

from accounts.invitation_links import link_of
from accounts.models import Invitation, SignInMail, User
from plumbing.nudge import nudge

log = logging.getLogger(__name__)
NUDGE = "sign-in-mails.stored"
MOST = 50
LEASE = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(days=1)

NOTICES: Mapping[str, str] = {  # what happened: how the mail says it
    "password_changed": gettext_noop("Your password was changed."),
    "password_reset": gettext_noop("Your password was set anew by the link of a mail."),
    "email_changed": gettext_noop("Your account now has another e-mail address."),
    "totp_activated": gettext_noop("An authenticator app was added to your account."),
    "totp_deactivated": gettext_noop("The authenticator app was removed from your account."),
    "webauthn_added": gettext_noop("A passkey was added to your account."),
    "webauthn_removed": gettext_noop("A passkey was removed from your account."),
    "recovery_codes_generated": gettext_noop("Your account has new recovery codes; the old ones no longer work."),
    "factors_removed": gettext_noop("An administrator removed every second factor from your account."),
    "account_connected": gettext_noop("Single sign-on was connected to your account."),
}


def queue_forgotten_password(address: str) -> None:
    """For whoever typed this address, person or not."""
    queue(SignInMail(kind=SignInMail.Kind.PASSWORD, address=address))


def queue_invitation(invitation: Invitation) -> None:
    queue(SignInMail(kind=SignInMail.Kind.INVITATION, address=invitation.email, invitation=invitation))


def queue_notice(person: User, what: str, address: str = "") -> None:
    """Tells `person` what happened, at `address` instead of their own where that has just changed."""
    if what in NOTICES and (address or person.email):
        queue(SignInMail(kind=SignInMail.Kind.NOTICE, address=address or person.email, person=person, what=what))


def queue(mail: SignInMail) -> None:
    with transaction.atomic():
        mail.save()
        nudge(NUDGE)


def send_due(limit: int = MOST) -> int:
    """Sends what waits; how many were tried. A row leaves when its mail is out, or after a day of failing."""
    for tried in range(limit):
        mail = claim()
        if mail is None:
            return tried
        deliver(mail)
    return limit


def claim() -> SignInMail | None:
    """One mail that is due; nobody else takes it for a while that doubles with every attempt."""
    with transaction.atomic():
        due = SignInMail.objects.filter(next_attempt_at__lte=Now()).order_by("next_attempt_at", "pk")
        mail = due.select_for_update(skip_locked=True).first()
        if mail is not None:
            pause = LEASE * 2 ** min(mail.attempts, 5)
            due.filter(pk=mail.pk).update(attempts=F("attempts") + 1, next_attempt_at=Now() + pause)
        return mail


def deliver(mail: SignInMail) -> None:
    try:
        for message in messages_of(mail):
            message.send()
    except Exception as error:
        log.warning("mail %s (%s) not sent: %s", mail.pk, mail.kind, type(error).__name__)
        SignInMail.objects.filter(pk=mail.pk, created_at__lt=Now() - GIVE_UP_AFTER).delete()
        return
    if mail.invitation_id:
        Invitation.objects.filter(pk=mail.invitation_id).update(sent_at=Now())
    mail.delete()


def messages_of(mail: SignInMail) -> list[EmailMessage]:
    if mail.invitation:
        return [invitation_mail(mail.invitation)]
    if mail.person:
        return [notice_mail(mail.person, mail.address, NOTICES[mail.what])]
    return [password_mail(person) for person in who_may_reset(mail.address)]


def who_may_reset(address: str) -> list[User]:
    """Active people of this address who sign in by password; single sign-on has its own way to forget."""
    found = User.objects.filter(email__iexact=address, is_active=True)
    return [person for person in found if person.has_usable_password()]


def password_mail(person: User) -> EmailMessage:
    key = default_token_generator.make_token(person)
    address = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(person), key])
    context = {"person": person, "link": settings.PUBLIC_URL + address}
    with override(person.language):
        return written(person.email, gettext("Set a new password"), "password", context)


def invitation_mail(invitation: Invitation) -> EmailMessage:
    context = {"invitation": invitation, "link": link_of(invitation)}
    with override(invitation.language):
        return written(invitation.email, gettext("You are invited to Leitstelle"), "invitation", context)


def notice_mail(person: User, address: str, said: str) -> EmailMessage:
    with override(person.language):
        context = {"person": person, "said": gettext(said), "link": settings.PUBLIC_URL + reverse("accounts:sessions")}
        return written(address, gettext(said), "notice", context)


def written(address: str, subject: str, template: str, context: Mapping[str, object]) -> EmailMessage:
    host = urlsplit(settings.PUBLIC_URL).hostname
    text = render_to_string(f"accounts/mail/{template}.txt", {**context, "host": host}).strip() + "\n"
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [address], headers=headers)

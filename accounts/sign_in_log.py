"""One line in the log for everything that happens to a sign-in: who by number, from where, how; never what was typed.

`event=signed_in person=7 by=4711 address=203.0.113.9`; the same words as fields of the record for structured logs.
"""

import logging
import time
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa_signals
from allauth.socialaccount import signals as social_signals
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.middleware import SEEN_AT
from accounts.models import User
from accounts.recent import SIGNED_IN_AT

log = logging.getLogger("accounts.sign_in")


def note(event: str, person: User | None = None, request: HttpRequest | None = None, **fields: Any) -> None:
    """Writes the line. `fields` are ids and fixed words."""
    said: dict[str, Any] = {"event": event, "person": person.pk if person else None}
    if request is not None:
        said["address"] = address_of(request)
        actor = getattr(request, "user", None)
        said["by"] = actor.pk if actor and actor != person else None
    said |= fields
    log.info(" ".join(f"{name}={value}" for name, value in said.items() if value is not None), extra=said)


def address_of(request: HttpRequest) -> str | None:
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:
        return None


@receiver(user_logged_in)
def on_signed_in(sender, request: HttpRequest, user: User, **kwargs) -> None:
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()
    methods = [record.get("type") or record["method"] for record in get_authentication_records(request, user)]
    note("signed_in", user, request, methods="+".join(methods) or None)


@receiver(user_logged_out)
def on_signed_out(sender, request: HttpRequest, user: User | None, **kwargs) -> None:
    if user is not None:
        note("signed_out", user, request)


@receiver(account_signals.authentication_step_completed)
def on_step(sender, request: HttpRequest, user: User, method: str, **kwargs) -> None:
    if kwargs.get("reauthenticated"):
        note("confirmed", user, request, method=kwargs.get("type") or method)


@receiver(account_signals.password_changed)
def on_password_changed(sender, request: HttpRequest, user: User, **kwargs) -> None:
    note("password_changed", user, request)


@receiver(account_signals.password_reset)
def on_password_reset(sender, request: HttpRequest, user: User, **kwargs) -> None:
    note("password_reset", user, request)


@receiver(mfa_signals.authenticator_added)
def on_factor_added(sender, request: HttpRequest, user: User, authenticator, **kwargs) -> None:
    note("factor_added", user, request, method=authenticator.type)


@receiver(mfa_signals.authenticator_removed)
def on_factor_removed(sender, request: HttpRequest, user: User, authenticator, **kwargs) -> None:
    note("factor_removed", user, request, method=authenticator.type)


@receiver(mfa_signals.authenticator_reset)
def on_codes_renewed(sender, request: HttpRequest, user: User, **kwargs) -> None:
    note("recovery_codes_renewed", user, request)


@receiver(mfa_signals.authentication_failed)
def on_code_refused(sender, request: HttpRequest, user: User, authenticator, **kwargs) -> None:
    note("code_refused", user, request, method=authenticator.type)


@receiver(social_signals.social_account_added)
def on_provider_connected(sender, request: HttpRequest, sociallogin, **kwargs) -> None:
    note("provider_connected", sociallogin.user, request)

"""Asks again who somebody is before a weighty act, when they last proved it more than 15 minutes ago.

Signing in and confirming count, each for its own session. What was typed is not kept over the question: a form of the
administration may hold a password, which must not wait in a session.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

SIGNED_IN_AT = "signed_in_at"  # in the session; seconds since 1970


def recent_sign_in_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """For views: lets through whoever proved who they are lately, and asks everybody else to confirm first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not signed_in_recently(request, time.time()):
            return ask_again(request)
        return view(request, *args, **kwargs)

    return guarded


def signed_in_recently(request: HttpRequest, now: float) -> bool:
    return now - last_proof(request) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def last_proof(request: HttpRequest) -> float:
    """When this session's person last proved who they are; seconds since 1970."""
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("reauthenticated")]
    return max([request.session.get(SIGNED_IN_AT, 0.0), *proofs])


def ask_again(request: HttpRequest) -> HttpResponse:
    """To the page that asks; whoever has neither password nor second factor signs in anew."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    way_back = urlencode({REDIRECT_FIELD_NAME: page_of(request)})
    if not methods:
        logout(request)
    elif request.method != "GET":
        messages.warning(request, _("Nothing was changed yet. Confirm who you are, then do it again."))
    address = f"{methods[0]['url'] if methods else resolve_url(settings.LOGIN_URL)}?{way_back}"
    return HttpResponseClientRedirect(address) if is_htmx(request) else HttpResponseRedirect(address)


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def page_of(request: HttpRequest) -> str:
    """Where to go on afterwards: the page itself, or the one its form or button stood on."""
    if request.method == "GET" and not is_htmx(request):
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(referer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return "/"

"""Around the views of single sign-on: its place in a page's policy, and an answer when the provider has none."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

import requests
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from accounts import sign_in_log


def may_send_to_provider(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Adds the provider's origin to the page's `form-action`; without a provider the policy stays as it is."""

    @wraps(view)
    def widened(*args, **kwargs) -> HttpResponseBase:
        if not settings.SINGLE_SIGN_ON:
            return view(*args, **kwargs)
        parts = urlsplit(settings.SINGLE_SIGN_ON["settings"]["server_url"])
        return csp_update({"form-action": [f"{parts.scheme}://{parts.netloc}"]})(view)(*args, **kwargs)

    return widened


def survives_provider(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A provider that is away, or says nonsense, is told to the person: allauth expects its description to be there."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (requests.RequestException, KeyError, ValueError) as error:
            sign_in_log.note("provider_failed", request=request, reason=type(error).__name__)
            return render(request, "socialaccount/authentication_error.html", status=502)

    return guarded

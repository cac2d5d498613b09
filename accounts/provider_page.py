"""Lets a page's form lead to the provider of single sign-on, which our content security policy forbids elsewhere."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpResponseBase


def may_send_to_provider(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Adds the provider's origin to the page's `form-action`; without a provider the policy stays as it is."""

    @wraps(view)
    def widened(*args, **kwargs) -> HttpResponseBase:
        if not settings.SINGLE_SIGN_ON:
            return view(*args, **kwargs)
        parts = urlsplit(settings.SINGLE_SIGN_ON["settings"]["server_url"])
        return csp_update({"form-action": [f"{parts.scheme}://{parts.netloc}"]})(view)(*args, **kwargs)

    return widened

"""Shows each person the console in their language and time zone, and asks for what their sign-in lacks."""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect
from structlog.contextvars import bind_contextvars

from accounts import second_factor, sessions
from accounts.time_zones import zone_named

SEEN_AT = "seen_at"  # in the session; seconds since 1970
SEEN_EVERY = 300
# What somebody may do who still lacks a second factor: set it up, choose a language, leave.
OPEN_WITHOUT = {"account_reauthenticate", "account_logout", "accounts:preferences"}
SETTING_UP = "mfa_"


class PersonalSettingsMiddleware:
    """Activates the signed-in person's language and zone; visitors get the browser's language."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        person = request.user if request.user.is_authenticated else None
        if person:
            bind_contextvars(user_id=person.pk)
        language = person.language if person else translation.get_language_from_request(request)
        zone = person.time_zone if person else settings.TIME_ZONE
        with translation.override(language), timezone.override(zone_named(zone)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response


class LastSeenMiddleware:
    """Notes in the list of a person's sessions that this one is in use, at most every five minutes."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        now = time.time()
        if request.user.is_authenticated and now - request.session.get(SEEN_AT, 0) > SEEN_EVERY:
            request.session[SEEN_AT] = now
            sessions.note(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads whoever must have a second factor and has none to setting it up, before anything else.

    Public pages and links stay open; the API asks in accounts/api_auth.py, where it knows whether a token calls.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not request.user.is_authenticated or is_open(request, view) or not second_factor.is_missing(request.user):
            return None
        address = reverse("mfa_index")
        return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)


def is_open(request: HttpRequest, view) -> bool:
    name = request.resolver_match.view_name or ""
    is_public = not getattr(view, "login_required", True)
    is_api = hasattr(view, "cls")
    return is_public or is_api or name in OPEN_WITHOUT or name.startswith(SETTING_UP)

"""Shows each person the console in their language and time zone."""

from django.conf import settings
from django.utils import timezone, translation
from structlog.contextvars import bind_contextvars

from accounts.time_zones import zone_named


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

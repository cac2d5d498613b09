"""Short spans of time for people: `1.4 s`, `2:05 min`, `1:10 h`."""

from datetime import timedelta

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def lapse(value: timedelta) -> str:
    """Tenths up to ten seconds, then seconds, minutes, hours."""
    seconds = max(value.total_seconds(), 0.0)
    if seconds < 10:
        return _("%s s") % number_format(round(seconds, 1))
    if seconds < 60:
        return _("%s s") % round(seconds)
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return _("%s min") % f"{minutes}:{rest:02}"
    return _("%s h") % f"{minutes // 60}:{minutes % 60:02}"

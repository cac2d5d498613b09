"""What pages about signing in say of a person and of a browser."""

import re

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from accounts import second_factor
from accounts.models import User

register = template.Library()
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


@register.simple_tag
def second_factor_state(person: User) -> dict[str, bool]:
    """`is_missing`: must have one and has none. `is_optional`: this console asks nobody for one."""
    is_optional = settings.SECOND_FACTOR != second_factor.REQUIRED
    return {"is_missing": second_factor.is_missing(person), "is_optional": is_optional}


@register.filter
def browser_name(user_agent: str) -> str:
    """Such as “Firefox on Windows”; an unknown browser is called so, whatever it says of itself."""
    browser = next((name for sign, name in BROWSERS if re.search(rf"\b{sign}/", user_agent)), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")

"""What an outcome demands, key by key, in the reader's language: for the inbox, the outline and the differences."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from playbooks.models import Disposition, Level
from playbooks.tree import ExtraTimer, Outcome

Roles = Mapping[str, str]  # short name of a role → its name in the reader's language
NO_ROLES: Roles = {}

KEYS = {
    "do": _("disposition"),
    "level": _("level"),
    "urgency": _("urgency"),
    "who": _("who"),
    "approve": _("approved by"),
    "notify": _("told"),
    "template": _("template"),
    "watch": _("watch for"),
    "promise": _("promise of a time"),
    "max_replies": _("replies at most"),
    "feedback_to": _("feedback to"),
    "evidence": _("evidence"),
    "second_person": _("second person"),
    "extra_timer": _("deadline"),
}
LISTS = ("who", "approve", "notify")
REQUIRED = "required"


def details(outcome: Outcome, roles: Roles, but: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Name and value of every key that the outcome has, `but` some."""
    for key, name in KEYS.items():
        value = getattr(outcome, key)
        if value and key not in but:
            yield str(name), value_in_words(key, value, roles)


def value_in_words(key: str, value: Any, roles: Roles = NO_ROLES) -> str:
    """One value of an outcome; “–” where there is none."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if not value:
        return "–"
    if key in LISTS:
        return ", ".join(roles.get(slug, slug) for slug in value)
    if isinstance(value, ExtraTimer):
        return f"{value.name}, {value.due}"
    return _name_of(key, str(value))


def _name_of(key: str, value: str) -> str:
    """Words that the console itself knows; anything else stands as it was written."""
    if key == "do":
        return str(Disposition(value).label)
    if key == "level":
        return f"{value} {Level(value).label}"
    return gettext("required") if value == REQUIRED else value

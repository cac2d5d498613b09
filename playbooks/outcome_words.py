"""What an outcome demands, key by key, in the reader's language: for the inbox, the outline and the differences."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from playbooks.models import Disposition, Level
from playbooks.tree import ExtraTimer, Outcome, Tree

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
TREE_KEYS = {
    "start": _("first question"),
    "mode": _("leaving the way"),
    "credit": _("credit"),
    "origin_tag": _("mark of origin"),
    "after": _("afterwards"),
}
VALUES = {
    ("mode", "advisory"): _("allowed, with a reason"),
    ("mode", "strict"): _("only once the tasks are confirmed"),
    ("after", "review"): _("a short review"),
    ("origin_tag", "self_inflicted"): _("our own mistake"),
    ("promise", "required"): _("required"),
    ("evidence", "required"): _("required"),
}
LISTS = ("who", "approve", "notify")


def details(outcome: Outcome, roles: Roles, but: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Name and value of every key that the outcome has, `but` some."""
    for key, name in KEYS.items():
        value = getattr(outcome, key)
        if value and key not in but:
            yield str(name), value_in_words(key, value, roles)


def tree_details(tree: Tree) -> Iterator[tuple[str, str]]:
    """What holds for every outcome of a tree: how it is marked, and what follows it."""
    for key in ("origin_tag", "after"):
        if value := getattr(tree, key):
            yield str(TREE_KEYS[key]), value_in_words(key, value)


def value_in_words(key: str, value: Any, roles: Roles = NO_ROLES) -> str:
    """One value of an outcome; “–” where there is none."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if not value:
        return "–"
    if key in LISTS:
        return ", ".join(roles.get(slug, slug) for slug in value)
    if isinstance(value, ExtraTimer):
        return f"{value.name.in_language(get_language() or 'en')}, {value.due}"
    return _name_of(key, str(value))


def _name_of(key: str, value: str) -> str:
    """Words that the console itself knows; anything else stands as it was written."""
    if key == "do":
        return str(Disposition(value).label)
    if key == "level":
        return f"{value} {Level(value).label}"
    return str(VALUES.get((key, value), value))

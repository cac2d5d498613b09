"""Why a page went to this person, as people say it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from crisis.shifts import Because
from playbooks.targets import PLACES


def place_in_words(why: Mapping[str, str]) -> str:
    """`on shift`, `deputy`, `stands in` … of what a page keeps as its reason."""
    if why.get("because") == Because.OVERRIDE:
        return _("stands in")
    return str(PLACES[why["who"]])

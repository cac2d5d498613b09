"""What every page needs to know about its reader."""

from collections.abc import Callable
from functools import cache, partial

from django.http import HttpRequest

from accounts import bell

THEMES = ("auto", "light", "dark")


def face(request: HttpRequest) -> dict[str, str | Callable[[], str]]:
    """`theme`, and `bell_count` ("", "3", "99+"), which asks the database only where a template shows it."""
    theme = request.COOKIES.get("theme", "auto")
    return {"theme": theme if theme in THEMES else "auto", "bell_count": cache(partial(bell_count, request))}


def bell_count(request: HttpRequest) -> str:
    """How many lines of the bell need this person, as it is shown."""
    if not request.user.is_authenticated:
        return ""
    count = bell.needs_you_count(request.user.pk)
    return f"{bell.COUNT_CAP}+" if count > bell.COUNT_CAP else str(count or "")

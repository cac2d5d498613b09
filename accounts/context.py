"""What every page needs to know about its reader."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest

from accounts import bell

THEMES = ("auto", "light", "dark")
KEPT = "_bell_count"


def face(request: HttpRequest) -> dict[str, str | Callable[[], str]]:
    """`theme`, and `bell_count` ("", "3", "99+"), which asks the database only where a template shows it."""
    theme = request.COOKIES.get("theme", "auto")
    return {"theme": theme if theme in THEMES else "auto", "bell_count": partial(bell_count, request)}


def bell_count(request: HttpRequest) -> str:
    """Asked once for a request, however many templates it renders."""
    if not request.user.is_authenticated:
        return ""
    kept: str | None = getattr(request, KEPT, None)
    if kept is None:
        count = bell.needs_you_count(request.user.pk)
        kept = f"{bell.COUNT_CAP}+" if count > bell.COUNT_CAP else str(count or "")
        setattr(request, KEPT, kept)
    return kept

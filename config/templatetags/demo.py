"""What the templates of every page show in demo mode; nothing of it exists anywhere else."""

from typing import Any

from django import template
from django.conf import settings

from config.demo.play.strip import strip_context

register = template.Library()


@register.inclusion_tag("demo/_play.html", takes_context=True)
def play_strip(context: dict[str, Any]) -> dict[str, Any]:
    """The guide of a play, or the invitation to one."""
    request = context.get("request")
    if not settings.DEMO or request is None or not hasattr(request, "session"):
        return {}
    shown = strip_context(request, request.get_full_path())
    return {**shown, "request": request, "csrf_token": context.get("csrf_token")} if shown else {}

"""`{% live_token %}`: what the page's script opens the stream of changes with."""

from django import template

from plumbing.live import live_token as token_for

register = template.Library()


@register.simple_tag(takes_context=True)
def live_token(context) -> str:
    return token_for(context["user"].pk)

"""`{% engine_strip %}`: the banner that says on every page when pages may be late or nobody answers."""

from django import template

from crisis.engine_health import engine_state_for

register = template.Library()


@register.inclusion_tag("crisis/_engine_strip.html", takes_context=True)
def engine_strip(context) -> dict[str, object]:
    """Two small queries; afterwards the strip fetches itself when the nightwatch says that it changed."""
    return {"engine": engine_state_for(context.get("user")), "perms": context.get("perms")}

"""`{% icon "flame" %}` draws one icon of the sprite that tools/vendor.py makes from its list of names."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
SPRITE = "vendor/icons.svg"


@register.simple_tag
def icon(name: str, css_class: str = "icon") -> SafeString:
    """Decoration only: the word beside it, or the aria-label around it, says what it means."""
    markup = '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    return format_html(markup, css_class, static(SPRITE), name)

"""`{{ post|verdicts }}`: what a person may say of a post that waits for one."""

from django import template

from monitoring.models import OutboundPost
from monitoring.outbound.verdicts import Verdict, verdicts_on

register = template.Library()


@register.filter
def verdicts(post: OutboundPost) -> list[tuple[str, Verdict]]:
    return verdicts_on(post)

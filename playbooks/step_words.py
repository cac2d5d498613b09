"""A step of an escalation policy in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext

from playbooks.durations import in_short
from playbooks.models import PolicyStep
from playbooks.targets import target_in_words


def step_in_words(step: PolicyStep, names: Mapping[str, str]) -> str:
    """“after 15m: PR lead: on shift”; `names` are those of the roles."""
    called = ", ".join(target_in_words(target, names) for target in step.targets)
    when = gettext("after %(time)s") % {"time": in_short(step.delay)} if step.delay else gettext("at once")
    if not called:
        called = gettext("whom the outcome names, else the level")
    return f"{when}: {called}"

"""Whom a step calls, in the reader's language and as choices of a form."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.roles import ALL, ALL_ROLES, DEPUTY, ON_SHIFT

PLACES = {ON_SHIFT: _("on shift"), DEPUTY: _("deputy"), ALL: _("everyone who holds it")}
EVERYONE = _("everyone of every role")


def role_names() -> dict[str, str]:
    """Short name → name in the reader's language, of every role."""
    return {role.slug: role.name for role in Role.objects.all()}


def role_choices() -> Iterable[tuple[str, str]]:
    return role_names().items()


def target_choices() -> Iterable[tuple[str, Iterable[tuple[str, str]]]]:
    """A group for each role with its three places, and one for everyone."""
    yield str(_("All roles")), [(target_as_text({"role": ALL_ROLES, "who": ALL}), str(EVERYONE))]
    for role, name in role_names().items():
        yield name, [(target_as_text({"role": role, "who": who}), str(words)) for who, words in PLACES.items()]


def target_in_words(target: dict[str, str], names: Mapping[str, str]) -> str:
    """“PR lead: on shift”; `names` are those of the roles."""
    if target["role"] == ALL_ROLES:
        return str(EVERYONE)
    return f"{names.get(target['role'], target['role'])}: {PLACES[target['who']]}"


def target_as_text(target: dict[str, str]) -> str:
    """`pr_lead:on_shift`, as a form sends it."""
    return f"{target['role']}:{target['who']}"


def target_from_text(text: str) -> dict[str, str]:
    role, who = text.split(":")
    return {"role": role, "who": who}

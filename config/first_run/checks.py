"""What a console needs before it can be worked with, and whether it is really there."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, RoleHolder, User
from accounts.roles import ROLES
from crisis.escalate import latest_test_page, received_test_page
from monitoring.models import Channel
from playbooks.current import published
from playbooks.models import EscalationPolicy

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist. `found` says what is there now; `press` is the name of an address that does it at
    once, `link` one that leads to where it is done, each with its label."""

    slug: str
    title: str
    why: str
    is_done: bool
    found: str
    trouble: str = ""
    press: tuple[str, str] | None = None
    link: tuple[str, str] | None = None


def checklist() -> list[Check]:
    return [playbooks(), channel(), people(), page()]


def playbooks() -> Check:
    trees, policies = len(published().trees), EscalationPolicy.objects.count()
    found = ngettext("%d playbook is published.", "%d playbooks are published.", trees) % trees
    is_done = bool(trees and policies)
    return Check(
        slug="playbooks",
        title=_("A playbook that says what to do"),
        why=_("Every mention gets a suggestion from it. A new console starts with playbooks that are yours to change."),
        is_done=is_done,
        found=found if is_done else _("None is published."),
        trouble="" if is_done else _("Run “manage.py load_starter” to get the starter playbooks."),
        link=(reverse("admin:playbooks_playbook_changelist"), _("Look at the playbooks")),
    )


def channel() -> Check:
    rows = list(Channel.objects.order_by("pk")[:50])
    heard = [row for row in rows if row.last_success_at or row.last_mention_at]
    return Check(
        slug="channel",
        title=_("A channel that brings in mentions"),
        why=_("A feed, a file, a webhook, or another program by API. Done when something has really come in."),
        is_done=bool(heard),
        found=found_channels(rows, heard),
        trouble="" if heard else next((row.error_in_words() for row in rows if row.error), ""),
        link=(reverse("admin:monitoring_channel_add"), _("Connect a channel"))
        if not rows
        else (reverse("reports:channel-health"), _("See how the channels are")),
    )


def found_channels(rows: Sequence[Channel], heard: Sequence[Channel]) -> str:
    if heard:
        return _("%(name)s is heard.") % {"name": heard[0].name}
    if rows:
        return _("%(name)s is connected; nothing has come in yet.") % {"name": rows[0].name}
    return _("None is connected yet.")


def people() -> Check:
    held = set(RoleHolder.objects.active().values_list("role__slug", flat=True))
    empty = [role.name for role in Role.objects.exclude(slug__in=held)]
    count = User.objects.filter(is_active=True).count()
    has_roles = Role.objects.filter(slug__in=ROLES).count() == len(ROLES)
    return Check(
        slug="people",
        title=_("People, and a duty for each role"),
        why=_("The policies call roles, and what weighs needs two people: one who writes, one who approves."),
        is_done=has_roles and not empty and count > 1,
        found=found_people(empty, count),
        press=("first-run-roles", _("Take every empty role myself for now")) if empty or not has_roles else None,
        link=(reverse("admin:accounts_invitation_add"), _("Invite somebody"))
        if count < 2
        else (reverse("admin:accounts_role_changelist"), _("Fill the roster")),
    )


def found_people(empty: Sequence[str], count: int) -> str:
    here = ngettext("%d person has an account.", "%d people have an account.", count) % count
    if not empty:
        return here + " " + _("Every role has somebody.")
    more = " …" if len(empty) > SHOWN else ""
    return here + " " + _("Nobody holds: %s") % (", ".join(empty[:SHOWN]) + more)


def page() -> Check:
    received, latest = received_test_page(), latest_test_page()
    kept = _("No mail server is set, so mails are kept on this machine: set EMAIL_URL before you rely on it.")
    return Check(
        slug="page",
        title=_("A test page that reached you"),
        why=_("It is sent by the pager itself. Follow the link in it, or take it over in the console."),
        is_done=received is not None,
        found=_("%(who)s received one.") % {"who": received.person}
        if received
        else _("It was sent; nobody has taken it over yet.")
        if latest
        else _("None was sent yet."),
        trouble=kept if settings.MAILS_ARE_KEPT else "",
        press=("first-run-page", _("Page me again") if latest else _("Page me now")),
        link=(reverse("crisis:escalation", args=[latest.pk]), _("Open it in the console"))
        if latest and not received
        else None,
    )

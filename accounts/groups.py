"""The sign-in groups and what each may do (docs/architecture.md, Rights). Loading again repairs them."""

from collections.abc import Mapping

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

READ = (
    "triage.view_triage",
    "monitoring.view_mention",
    "monitoring.view_channel",
    "monitoring.view_outboundpost",
    "crisis.view_escalation",
    "crisis.view_rotation",
    "playbooks.view_playbook",
)
COMMUNITY_MANAGER = (
    *READ,
    "triage.add_decision",
    "triage.add_reply",
    "crisis.add_escalation",
    "monitoring.add_mention",
    "monitoring.settle_outboundpost",
)
APPROVE = ("playbooks.approve_knowledgeentry", "playbooks.publish_housepageversion")
PR_LEAD = (
    *COMMUNITY_MANAGER,
    "crisis.acknowledge_escalation",
    "crisis.change_escalation",
    "crisis.change_rotation",
    "monitoring.pause_publishing",
    "playbooks.publish_playbookversion",
    *APPROVE,
)
DUTY = (*READ, "crisis.acknowledge_escalation")
ADMIN_MAY_DELETE = (
    "accounts.unit",
    "accounts.role",
    "accounts.roleholder",
    "monitoring.channel",
    "monitoring.watchedtopic",
    "monitoring.wordlist",
    "playbooks.playbook",
    "playbooks.playbookversion",
    "playbooks.starttree",
    "playbooks.urgency",
    "playbooks.severitylevel",
    "playbooks.responsetemplate",
    "playbooks.escalationpolicy",
    "playbooks.policystep",
    "playbooks.coverhours",
    "playbooks.coverday",
    "playbooks.responsibilityrule",
    "playbooks.scenario",
    "playbooks.sign",
    "playbooks.donot",
    "playbooks.outlet",
    "playbooks.scenariorole",
    "playbooks.scenariotask",
    "playbooks.scenariostrategy",
    "playbooks.statementtemplate",
    "playbooks.knowledgeentry",
    "playbooks.housepage",
    "playbooks.housepageversion",
    "playbooks.channelnote",
    "crisis.contactmethod",
)
# People leave, tokens are revoked, secrets retired, invitations withdrawn.
ADMIN_MAY_CHANGE = (
    *ADMIN_MAY_DELETE,
    "accounts.user",
    "accounts.apitoken",
    "accounts.invitation",
    "monitoring.signingsecret",
)


def verbs_on(models: tuple[str, ...], *verbs: str) -> tuple[str, ...]:
    """Permission names such as `accounts.change_user`."""
    return tuple(f"{app}.{verb}_{name}" for app, _dot, name in (m.partition(".") for m in models) for verb in verbs)


ADMIN = (
    *READ,
    *APPROVE,
    "monitoring.add_mention",
    "monitoring.pause_publishing",
    "playbooks.publish_playbookversion",
    "crisis.change_rotation",
    *verbs_on(("monitoring.author",), "view", "change"),
    *verbs_on(("monitoring.rawdelivery", "monitoring.outboundattempt"), "view"),
    *verbs_on(ADMIN_MAY_CHANGE, "view", "add", "change"),
    *verbs_on(ADMIN_MAY_DELETE, "delete"),
)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "community_manager": COMMUNITY_MANAGER,
    "pr_lead": PR_LEAD,
    "duty": DUTY,
    "admin": ADMIN,
}
GROUP_NAMES = {
    "community_manager": _("Community manager"),
    "pr_lead": _("PR lead"),
    "duty": _("Duty role: reads and acknowledges"),
    "admin": _("Administrator"),
}


def load_groups() -> None:
    """Creates the groups and gives each exactly its rights; raises when a right does not exist."""
    rows = permissions_by_name({name for names in GROUPS.values() for name in names})
    for group_name, names in GROUPS.items():
        group, _created = Group.objects.get_or_create(name=group_name)
        group.permissions.set([rows[name] for name in names])


def permissions_by_name(names: set[str]) -> dict[str, Permission]:
    full_name = Concat("content_type__app_label", Value("."), "codename")
    rows = Permission.objects.annotate(full_name=full_name).filter(Q(full_name__in=names))
    found: dict[str, Permission] = {row.full_name: row for row in rows}
    missing = names - found.keys()
    if missing:
        raise LookupError(f"No such permission: {', '.join(sorted(missing))}")
    return found

"""The sign-in groups and what each may do (docs/architecture.md, Rights). Loading again repairs them."""

from collections.abc import Mapping

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, Value
from django.db.models.functions import Concat

READ = (
    "triage.view_triage",
    "monitoring.view_mention",
    "monitoring.view_channel",
    "crisis.view_escalation",
    "playbooks.view_playbook",
)
COMMUNITY_MANAGER = (
    *READ,
    "triage.add_decision",
    "triage.add_reply",
    "crisis.add_escalation",
    "monitoring.add_mention",
)
PR_LEAD = (
    *COMMUNITY_MANAGER,
    "crisis.acknowledge_escalation",
    "crisis.change_escalation",
    "playbooks.change_playbook",
)
DUTY = (*READ, "crisis.acknowledge_escalation")
ADMIN = (
    *READ,
    "monitoring.add_mention",
    *(
        f"{model.split('.')[0]}.{verb}_{model.split('.')[1]}"
        for verb in ("view", "add", "change", "delete")
        for model in (
            "accounts.user",
            "accounts.unit",
            "accounts.role",
            "accounts.roleholder",
            "accounts.apitoken",
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
            "crisis.contactmethod",
        )
    ),
)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "community_manager": COMMUNITY_MANAGER,
    "pr_lead": PR_LEAD,
    "duty": DUTY,
    "admin": ADMIN,
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
    found = {row.full_name: row for row in rows}
    missing = names - found.keys()
    if missing:
        raise LookupError(f"No such permission: {', '.join(sorted(missing))}")
    return found

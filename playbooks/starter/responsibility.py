"""Who answers what on a fresh console: one row per kind of request, and one for everything else."""

from collections.abc import Sequence

from accounts.models import Role
from playbooks.models import ResponsibilityRule

Priority = ResponsibilityRule.Priority
STARTER: Sequence[tuple[str, str, Priority]] = (
    ("", "community_manager", Priority.NORMAL),
    ("complaint", "customer_service", Priority.NORMAL),
    ("issue", "social_lead", Priority.NORMAL),
    ("compliment", "community_manager", Priority.LOW),
    ("idea", "community_manager", Priority.LOW),
    ("press", "pr_lead", Priority.HIGH),
    ("danger", "pr_lead", Priority.HIGH),
    ("own_mistake", "social_lead", Priority.HIGH),
    ("crisis", "pr_lead", Priority.HIGH),
)


def store_responsibilities() -> None:
    """Nothing while any row exists; roles are there already."""
    if ResponsibilityRule.objects.exists():
        return
    roles = {role.slug: role for role in Role.objects.all()}
    ResponsibilityRule.objects.bulk_create(
        ResponsibilityRule(request_type=kind, role=roles[role], priority=priority) for kind, role, priority in STARTER
    )

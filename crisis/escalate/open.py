"""Opens an escalation, or attaches to the one that is open; calls anew when it has become more serious."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.models import User
from crisis.escalate.calls import withdraw
from crisis.escalate.moves import Kind, keep_open, lock, move, note
from crisis.escalation_clock import FrozenPolicy
from crisis.models import Escalation
from crisis.models.escalation import OPEN_STATES, State
from crisis.tempo import SPEED, after
from monitoring.models import Mention, Story
from playbooks.current import policy_for
from playbooks.path import Leaf
from playbooks.severity_rules import rank
from plumbing.nudge import nudge

SEVERITY_POLICY = "severity"
TRIES = 3  # an escalation may close between being found and being locked


def open_escalation(
    *,
    story: Story,
    mention: Mention,
    severity: str,
    roles: Sequence[str] | None,
    title: str,
    title_with: Mapping[str, str] | None = None,
    reason: str,
    by: User | None,
) -> Escalation:
    """Calls people about a story: by the policy of `severity` (at least L1), first those who hold `roles`, else the
    level's. Runs in the caller's transaction.

    `title` and nothing else of this stands in messages, in each reader's language when `title_with` fills its names.

    One escalation is open per story: a further mention attaches to it. When the mention is more serious, or names
    roles that were not called yet, everybody is called anew.
    """
    policy = frozen_policy(severity, roles)
    fresh = Escalation(
        subject_kind=Escalation.Subject.STORY,
        subject_id=story.pk,
        policy_slug=SEVERITY_POLICY,
        mention=mention,
        title=title,
        title_with=dict(title_with or {}),
        reason=reason,
        opened_by=by,
    )
    names_roles = bool(roles)
    for _try in range(TRIES):
        escalation, created = open_or_find(fresh, policy)
        if created or attach(escalation, policy, mention, by, names_roles=names_roles):
            return escalation
    raise RuntimeError(f"Story {story.pk} could not be escalated: its escalations close as they are found.")


def frozen_policy(severity: str, roles: Sequence[str] | None = None) -> FrozenPolicy:
    """What an escalation of this severity keeps, whatever becomes of the playbooks."""
    leaf = None
    if roles:
        leaf = Leaf(playbook="", version=0, outcome="", disposition="escalate", level=severity, who=tuple(roles))
    return FrozenPolicy.from_json(policy_for(severity, leaf)).faster(SPEED)


@transaction.atomic
def open_or_find(fresh: Escalation, policy: FrozenPolicy) -> tuple[Escalation, bool]:
    """The open escalation of this subject and policy, and whether it is the `fresh` one: of any number of callers
    at the same moment one opens it, by a unique index."""
    subject = {name: getattr(fresh, name) for name in ("subject_kind", "subject_id", "policy_slug")}
    found = Escalation.objects.open().filter(**subject).first()
    if found:
        return found, False
    try:
        with transaction.atomic():
            begin(fresh, policy)
    except IntegrityError:
        found = Escalation.objects.open().filter(**subject).first()
        if found is None:
            raise
        return found, False
    return fresh, True


def begin(escalation: Escalation, policy: FrozenPolicy) -> None:
    """Stores a new escalation whose first step is due at once, or after the delay its policy gives that step."""
    escalation.policy = policy.to_json()
    escalation.severity = policy.level
    escalation.opened_at = Now()
    escalation.step_due_at = after(policy.steps[0].delay)
    escalation.save(force_insert=True)
    escalation.refresh_from_db(fields=["opened_at", "step_due_at"])
    if escalation.mention:
        escalation.channels.add(escalation.mention.channel_id)
    data = {"from": None, "to": State.ACTIVE.value, "severity": policy.level, "mention": escalation.mention_id}
    note(escalation, Kind.OPENED, by=escalation.opened_by, data=data)
    nudge("escalations.due")


def attach(
    escalation: Escalation, policy: FrozenPolicy, mention: Mention, by: User | None, *, names_roles: bool
) -> bool:
    """Notes a further mention; any number of them at once, as they only keep the escalation from closing.

    False when the escalation has closed in the meantime.
    """
    if changes(escalation, policy, names_roles=names_roles) is None:
        if not keep_open(escalation.pk):
            return False
        escalation.channels.add(mention.channel_id)
        note(escalation, Kind.ATTACHED, by=by, data={"mention": mention.pk, "severity": policy.level})
        return True
    locked = lock(escalation.pk)
    if locked.state not in OPEN_STATES:
        return False
    raised = changes(locked, policy, names_roles=names_roles)
    if raised is None:  # somebody else has raised it just as far
        return attach(locked, policy, mention, by, names_roles=names_roles)
    rise(locked, raised, mention, by)
    escalation.refresh_from_db()
    return True


def changes(escalation: Escalation, policy: FrozenPolicy, *, names_roles: bool) -> FrozenPolicy | None:
    """The policy by which to call anew; None when the running one already does all that `policy` asks for."""
    running = FrozenPolicy.from_json(escalation.policy)
    wanted = policy.steps[0].targets
    if rank(policy.level) > rank(escalation.severity):
        return policy.also_calling(running.steps[0].targets)
    asks_for_people = names_roles or policy.level == escalation.severity
    if asks_for_people and not set(wanted) <= set(running.steps[0].targets):
        return running.also_calling(wanted)
    return None


def rise(escalation: Escalation, policy: FrozenPolicy, mention: Mention, by: User | None) -> None:
    """Calls everybody anew, by the raised policy, from its first step."""
    withdraw(escalation)
    escalation.channels.add(mention.channel_id)
    move(
        escalation,
        State.ACTIVE,
        Kind.ROSE,
        due_at=after(policy.steps[0].delay),
        by=by,
        data={"mention": mention.pk, "severity": policy.level, "before": escalation.severity},
        severity=policy.level,
        policy=policy.to_json(),
        generation=escalation.generation + 1,
        round=1,
        step=0,
        failures=0,
    )
    nudge("escalations.due")

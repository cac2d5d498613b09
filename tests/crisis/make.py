"""The crisis app's factories: policies as the starter playbooks have them, escalations opened by the real verb."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone

from accounts.models import Role, User
from crisis.escalate import open_escalation
from crisis.models import ContactMethod, Escalation, Notification, Rotation
from crisis.roster.changes import begin_rotation
from playbooks.models import EscalationPolicy, PolicyStep, SeverityLevel, Urgency
from tests.make import make_mention, make_reading

MINUTE = 60
ON_SHIFT = "on_shift"


def make_policy(
    level: str = "L3",
    *steps: tuple[float, list[tuple[str, str]]],
    rounds: int = 3,
    round_delay: float = 15 * MINUTE,
    lasts: float | None = 30 * MINUTE,
    default_who: tuple[str, ...] = ("pr_lead",),
) -> EscalationPolicy:
    """Steps are (delay in seconds, [(role, who)]); without any: at once the level's roles, then the deputy."""
    now, _created = Urgency.objects.get_or_create(
        slug="now", defaults={"within": timedelta(minutes=15), "around_the_clock": True}
    )
    SeverityLevel.objects.update_or_create(level=level, defaults={"default_who": list(default_who)})
    EscalationPolicy.objects.filter(level=level).delete()
    policy = EscalationPolicy.objects.create(
        slug=f"severity-{level.lower()}",
        name_en=f"Severity {level}",
        name_de=f"Schweregrad {level}",
        level=level,
        rounds=rounds,
        round_delay=timedelta(seconds=round_delay),
        acknowledgement_lasts=None if lasts is None else timedelta(seconds=lasts),
    )
    steps = steps or ((0, []), (15 * MINUTE, [("pr_lead", "deputy"), ("executive", ON_SHIFT)]))
    for position, (delay, targets) in enumerate(steps, start=1):
        PolicyStep.objects.create(
            policy=policy,
            position=position,
            delay=timedelta(seconds=delay),
            targets=[{"role": role, "who": who} for role, who in targets],
            urgency=now,
        )
    return policy


def make_escalation(severity: str = "L3", **fields: Any) -> Escalation:
    """Opened now by the real verb, by the policy that the test made, else by one as in the starter playbooks.

    Its mention is read already, so that running workers leave it alone.
    """
    if not EscalationPolicy.objects.filter(level=severity).exists():
        make_policy(severity)
    mention = fields.pop("mention", None) or make_mention(needs_reading=False)
    if mention.story is None:
        make_reading(mention, taken_up=True)
    fields = {"roles": None, "title": "Mention on Mastodon", "reason": "", "by": None} | fields
    return open_escalation(story=mention.story, mention=mention, severity=severity, **fields)


def make_contact(person: User, address: str = "", **fields: Any) -> ContactMethod:
    fields = {"kind": ContactMethod.Kind.EMAIL, "position": 1} | fields
    return ContactMethod.objects.create(person=person, address=address or person.email, **fields)


def let_pass(seconds: float, escalation: Escalation | None = None) -> None:
    """Moves every timer back, as if so many seconds had passed by the database's clock."""
    step = timedelta(seconds=seconds)
    rows = Escalation.objects.all() if escalation is None else Escalation.objects.filter(pk=escalation.pk)
    rows.update(step_due_at=F("step_due_at") - step, opened_at=F("opened_at") - step)
    Notification.objects.update(
        next_attempt_at=F("next_attempt_at") - step,
        lease_until=F("lease_until") - step,
        expires_at=F("expires_at") - step,
    )


def make_rotation(role: str, *members: User, **said: Any) -> Rotation:
    """Weekly turns; the first member has had the shift since yesterday.

    Versions in force may lie in the past here, as they do in a console that has run for a while.
    """
    now = timezone.now()
    yesterday = timezone.localtime(now, ZoneInfo("Europe/Berlin")) - timedelta(days=1)
    said = {
        "time_zone": "Europe/Berlin",
        "handover_on": yesterday.date(),
        "handover_at": yesterday.time(),
        "period": timedelta(weeks=1),
        "effective_from": now - timedelta(hours=1),
    } | said
    since = said.pop("effective_from")
    role_row, by = Role.objects.get(slug=role), members[0]
    return begin_rotation(role_row, "Weeks", members, by=by, now=since, effective_from=since, **said)

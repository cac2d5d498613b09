"""Escalations that are due at the same moment, against SQL that makes the same rows and thinks of nothing else."""

from collections.abc import Iterator, Sequence
from itertools import count

from django.db import connection
from django.utils import timezone

from crisis.escalate import advance_due
from crisis.escalate.open import frozen_policy
from crisis.escalate.roster import Roster
from crisis.escalation_clock import FrozenPolicy
from crisis.models import ContactMethod, Escalation, Notification, Page, TimelineEntry
from crisis.notify import deliver_due
from crisis.notify.claims import waiting
from tests.bench.figures import Act, Figure, Pair, seconds, speed
from tests.bench.intake import drain

ROUNDS, DUE = 3, 1_000
LEVEL = "L1"  # its first step calls one person, in the console only
CALL = """
    WITH due AS (
        SELECT id FROM crisis_escalation
        WHERE state IN ('active', 'acknowledged', 'exhausted') AND step_due_at <= statement_timestamp()
        ORDER BY step_due_at LIMIT 50 FOR NO KEY UPDATE SKIP LOCKED
    ), moved AS (
        UPDATE crisis_escalation e SET step = 1, rev = rev + 1, step_due_at = statement_timestamp() + interval '1 hour'
        FROM due WHERE e.id = due.id RETURNING e.id
    ), paged AS (
        INSERT INTO crisis_page (id, escalation_id, generation, round, step, person_id, why, created_at, link_digest,
                                 link_expires_at)
        SELECT left(md5(random()::text), 12), id, 1, 1, 1, person, '{"role": "social_lead", "who": "on_shift"}',
               statement_timestamp(), encode(sha256(random()::text::bytea), 'hex'),
               statement_timestamp() + interval '12 hours'
        FROM moved, unnest(%(people)s) AS person RETURNING id, escalation_id, person_id
    ), told AS (
        INSERT INTO crisis_notification (key, kind, escalation_id, page_id, contact_method_id, lane, priority, state,
                                         next_attempt_at, attempts_made, expires_at, created_at)
        SELECT 'page:' || p.id || ':' || c.id, 'page', p.escalation_id, p.id, c.id, c.kind, 3, 'pending',
               statement_timestamp(), 0, statement_timestamp() + interval '1 hour', statement_timestamp()
        FROM paged p JOIN crisis_contactmethod c USING (person_id)
    ), noted AS (
        INSERT INTO crisis_timelineentry (escalation_id, at, kind, data)
        SELECT escalation_id, statement_timestamp(), 'no_contact', '{}'::jsonb FROM paged
        UNION ALL SELECT id, statement_timestamp(), 'step_fired', '{}'::jsonb FROM moved
    )
    SELECT count(*) FROM moved
"""
_stories = count(1)


def measure() -> Iterator[Figure]:
    policy = frozen_policy(LEVEL)
    people = [called.person.pk for called in Roster().called(policy.steps[0].targets)]
    ContactMethod.objects.bulk_create(ContactMethod(person_id=pk, kind=ContactMethod.Kind.IN_APP) for pk in people)
    called: list[Pair] = []
    delivered: list[Pair] = []
    for _turn in range(ROUNDS):
        baseline = storm(policy, drain(lambda: call_by_sql(people)))
        Notification.objects.update(state=Notification.State.WITHDRAWN)
        ours = storm(policy, drain(advance_due))
        called.append((ours, baseline))
        delivered.append((seconds(drain(deliver)), ours))
    yield speed(f"advance_due(), {DUE:,} due at once", "SQL that claims 50 and inserts their rows", DUE, called)
    yield speed(f"deliver_due(), their {DUE * len(people):,} pages", "advance_due() of the same", DUE, delivered)


def storm(policy: FrozenPolicy, call: Act) -> float:
    """Seconds until everybody is called; both sides leave the same number of rows."""
    now = timezone.now()
    due = {"title": "Mention on Mastodon", "step_due_at": now, "opened_at": now}
    policed = {"severity": policy.level, "policy_slug": "severity", "policy": policy.to_json()}
    rows = [Escalation(subject_kind="story", subject_id=next(_stories), **due, **policed) for _each in range(DUE)]
    Escalation.objects.bulk_create(rows)
    took = seconds(call)
    made = [model.objects.filter(escalation__in=rows).count() for model in (Page, Notification, TimelineEntry)]
    assert made == [DUE, DUE, 2 * DUE], made
    return took


def call_by_sql(people: Sequence[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(CALL, {"people": list(people)})
        return cursor.fetchone()[0]


def deliver() -> bool:
    deliver_due()
    return bool(waiting())

"""An archive of any depth at the same traffic: what the real verbs made of some posts, copied back into the past."""

from datetime import timedelta

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from crisis.escalate import acknowledge, advance_due, open_escalation, resolve
from crisis.models import Acknowledgement, Escalation, TimelineEntry
from monitoring.ingest import ingest
from monitoring.models import Author, Conversation, Mention, Reading, Story
from monitoring.readings import read_due
from tests.bench.intake import drain
from tests.bench.posts import posts
from tests.make import make_channel
from triage.decide import record_decision
from triage.models import Decision, Suggestion, Triage
from triage.suggest import suggest_new

CHANNELS = {"mastodon": 250, "forum": 150, "page": 100}
POSTS, ESCALATIONS = sum(CHANNELS.values()), 10  # per copy; every other one is decided, closed
AT_ONCE = 100  # copies
APART = "5 hours"  # a copy lies so much earlier than the one before it
COPIED = (
    Author, Conversation, Story, Mention, Reading, Suggestion, Triage,
    Escalation, Decision, Acknowledgement, TimelineEntry,
)  # fmt: skip
REFERENCES = {
    "id", "author_id", "conversation_id", "story_id", "mention_id", "suggestion_id", "escalation_id", "subject_id",
}  # fmt: skip
NAMES = {"external_id", "fingerprint"}
TIMERS = {"step_due_at"}  # stay in the future, so that nothing is due
FIRST_ID, IDS_APART = 100_000_000, 10_000  # older copies have smaller ids, as if they had come earlier


def make_first() -> None:
    """Copy zero, by the verbs that make it in earnest."""
    now, maya = timezone.now(), User.objects.get(username="maya")
    count_from(FIRST_ID)
    for slug, number in CHANNELS.items():
        ingest(make_channel(slug, own_account=slug == "page"), posts(number, now, seed=number), delivery=None, now=now)
    drain(read_due)()
    drain(suggest_new)()
    for triage in Triage.objects.order_by("pk")[::2]:
        reason = "Was answered by telephone."
        record_decision(triage.pk, by=maya, disposition="ignore", rev=triage.rev, via=Decision.Via.API, reason=reason)
    escalate(maya, User.objects.get(username="pedro"))


def escalate(maya: User, pedro: User) -> None:
    found: list[Escalation] = []
    for mention in Mention.objects.select_related("story").order_by("story", "pk").distinct("story")[:ESCALATIONS]:
        about = {"story": mention.story, "mention": mention, "severity": "L3", "title": "Mention on Mastodon"}
        found.append(open_escalation(**about, roles=None, reason="", by=maya))
    drain(advance_due)()
    for escalation in found[::2]:
        acknowledge(escalation.pk, pedro, Acknowledgement.Via.CONSOLE)
        resolve(escalation.pk, pedro)
    # Or the others would be due by the time that a million copies are made.
    Escalation.objects.filter(step_due_at__isnull=False).update(step_due_at=F("step_due_at") + timedelta(days=1))


def copy_back(first: int, last: int) -> None:
    """Adds copies number `first` to `last`, some at once: in one go, a million would not fit into the memory."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # one for people who wait; this is a heap of work
        for start in range(first, last + 1, AT_ONCE):
            copy_some(cursor, start, min(start + AT_ONCE - 1, last))
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def copy_some(cursor: CursorWrapper, first: int, last: int) -> None:
    for model in COPIED:
        table, key = model._meta.db_table, model._meta.pk.column
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        names, values = (", ".join(parts) for parts in zip(*((f.column, value_of(f)) for f in fields), strict=True))
        first_copy = f"(SELECT * FROM {table} WHERE {key} >= {FIRST_ID}) AS row"
        statement = f"INSERT INTO {table} ({names}) SELECT {values} FROM generate_series(%s, %s) AS n, {first_copy}"
        cursor.execute(statement, [first, last])


def value_of(field: models.Field) -> str:
    """What stands in copy n, in SQL."""
    column = f"row.{field.column}"
    if field.column in REFERENCES:
        return f"{column} - n * {IDS_APART}"
    if field.column in NAMES:
        return f"left(n || '-' || {column}, 64)"
    if isinstance(field, models.DateTimeField) and field.column not in TIMERS:
        return f"{column} - n * interval '{APART}'"
    return column


def count_from(first: int) -> None:
    with connection.cursor() as cursor:
        for model in COPIED:
            if model._meta.pk.column == "id":
                cursor.execute(f"ALTER TABLE {model._meta.db_table} ALTER id RESTART WITH {first}")

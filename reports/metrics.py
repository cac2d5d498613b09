"""`/metrics` for Prometheus: how the work stands, read from the database when asked, so that any process may answer.

Every count stops at CAP or reads an index that holds open rows only: a scrape costs the same at any size.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from django.db import Error, connection, transaction
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Extract, Now
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from crisis.engine_health import engine_state, heartbeat_ages
from crisis.models import DeliveryAttempt, Escalation, Notification, Page
from crisis.models.escalation import OPEN_STATES
from monitoring.channels.registry import POLLED
from monitoring.models import Channel, Mention, OutboundAttempt, OutboundPost, RawDelivery, Reading
from playbooks.models import Level
from triage.check_job import last_check, report_of
from triage.models import Decision, Suggestion, Triage

CAP = 1_000
PATIENCE = "2s"
SINCE = Extract(Now() - F("moment"), "epoch")
COUNTERS = """
    SELECT relname, n_tup_ins FROM pg_stat_user_tables WHERE schemaname = current_schema() AND relname = ANY(%s)"""
INSERTED = {
    "deliveries": (RawDelivery, "What channels handed over, each with one or many mentions"),
    "mentions": (Mention, "Mentions stored, once each"),
    "suggestions": (Suggestion, "Suggestions made, one for each reading of a mention"),
    "decisions": (Decision, "Decisions of people"),
    "pages": (Page, "Calls for a person"),
    "delivery_attempts": (DeliveryAttempt, "Attempts to deliver a page"),
    "outbound_attempts": (OutboundAttempt, "Attempts to send a post of ours"),
}


def metrics_text() -> bytes:
    """What this process measured, and what the database says now; that part is missing while it does not answer."""
    registry = CollectorRegistry()
    registry.register(FromDatabase())
    return generate_latest(REGISTRY) + generate_latest(registry)


class FromDatabase(Collector):
    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        try:
            with transaction.atomic():
                limit_time()
                found = [metric for part in PARTS for metric in part()]
        except Error:
            yield gauge("database_up", "Whether the database answers", 0)
            return
        yield gauge("database_up", "Whether the database answers", 1)
        yield from found


def engine() -> Iterator[Metric]:
    yield gauge("engine_in_time", "Whether pages go out: by the workers or by the nightwatch", engine_state().in_time)
    yield labelled("engine_heartbeat_age_seconds", "Since the last sweep", "part", heartbeat_ages().items())


def steps() -> Iterator[Metric]:
    due = Escalation.objects.due()
    yield gauge("steps_due", f"Steps of escalations whose time has come, up to {CAP}", capped(due))
    yield gauge("step_lateness_seconds", "Of the step that waits longest", oldest(due, "step_due_at"))


def escalations() -> Iterator[Metric]:
    counts = ((state, capped(Escalation.objects.open().filter(state=state))) for state in OPEN_STATES)
    yield labelled("escalations_open", f"Escalations that are not over, up to {CAP} each", "state", counts)


def notifications() -> Iterator[Metric]:
    waiting = Notification.objects.undelivered()
    yield gauge("notifications_undelivered", f"Messages of pages under way, up to {CAP}", capped(waiting))
    late = oldest(waiting.filter(next_attempt_at__lte=Now()), "next_attempt_at")
    yield gauge("notification_lateness_seconds", "Of the message that waits longest for its next attempt", late)


def inbox() -> Iterator[Metric]:
    places = list(enumerate(reversed(Level.values)))  # as Triage.rank, on which the queue's index lies
    waiting = Triage.objects.filter(state=Triage.State.OPEN)
    overdue = waiting.filter(due_at__lte=Now())
    open_ones = [(level, capped(waiting.filter(rank=rank))) for rank, level in places]
    late_ones = [(level, capped(overdue.filter(rank=rank))) for rank, level in places]
    yield labelled("mentions_open", f"Mentions without a decision, up to {CAP} each", "severity", open_ones)
    yield labelled("mentions_overdue", f"Those of them whose time is over, up to {CAP} each", "severity", late_ones)


def outbound() -> Iterator[Metric]:
    states = (*OutboundPost.OPEN_STATES, *OutboundPost.FOR_A_PERSON)
    counts = [(state, capped(OutboundPost.objects.filter(state=state))) for state in states]
    yield labelled("outbound_posts", f"Posts of ours that are not settled, up to {CAP} each", "state", counts)
    due = OutboundPost.objects.filter(state=OutboundPost.State.WAITING, next_attempt_at__lte=Now())
    due = due.filter(channel__publishing_paused_at=None)
    late = oldest(due, "next_attempt_at")
    yield gauge("outbound_lateness_seconds", "Of the post that waits longest past its time, pauses left out", late)
    unknown = oldest(OutboundPost.objects.filter(state=OutboundPost.State.UNKNOWN), "created_at", order="id")
    yield gauge("outbound_unknown_age_seconds", "Of the oldest post of which nobody knows whether it arrived", unknown)


def attempts_to_post() -> Iterator[Metric]:
    """The newest CAP are looked at: PostgreSQL's counters know no outcomes."""
    is_recent = ExpressionWrapper(Q(started_at__gt=Now() - timedelta(hours=1)), BooleanField())
    newest = OutboundAttempt.objects.order_by("-id").values_list("outcome", is_recent)[:CAP]
    known = Counter(outcome for outcome, recent in newest if recent)
    counts = [(outcome, known[outcome]) for outcome in OutboundAttempt.Outcome.values]
    yield labelled("outbound_attempts_last_hour", f"Attempts of the last hour, of the newest {CAP}", "outcome", counts)


def stages() -> Iterator[Metric]:
    waiting = {
        "reading": Mention.objects.filter(needs_reading=True),
        "suggestion": Reading.objects.filter(taken_up=False),
    }
    counts = [(stage, capped(rows)) for stage, rows in waiting.items()]
    yield labelled("mentions_waiting", f"Stored mentions that a stage has not reached, up to {CAP} each", "for", counts)


def suggestions() -> Iterator[Metric]:
    """Of the last check; nothing before the first one."""
    done = last_check()
    if done:
        found = report_of(done)
        faults = "Suggestions that are not what their facts and versions give"
        yield gauge("suggestion_faults", faults, found.fault_count)
        yield gauge("suggestions_checked", "Suggestions that the last check recomputed", found.checked)


def channels() -> Iterator[Metric]:
    """Those that are asked; the others are heard whenever they have something to say."""
    rows = Channel.objects.filter(kind__in=POLLED).exclude(state=Channel.State.PAUSED).order_by("slug")
    lags = rows.exclude(last_success_at=None).alias(moment=F("last_success_at")).values_list("slug", SINCE)
    yield labelled("channel_lag_seconds", "Since the channel was heard without an error", "channel", lags)
    failing = [(slug, bool(error)) for slug, error in rows.values_list("slug", "error")]
    yield labelled("channel_failing", "Whether the last attempt failed", "channel", failing)


def inserted() -> Iterator[Metric]:
    """By PostgreSQL's own counters: they cost nothing, and begin anew after a crash of the server, as counters may."""
    tables = {model._meta.db_table: (name, about) for name, (model, about) in INSERTED.items()}
    with connection.cursor() as cursor:
        cursor.execute(COUNTERS, [list(tables)])
        for table, count in cursor.fetchall():
            name, about = tables[table]
            yield CounterMetricFamily(f"leitstelle_{name}", about, value=count)


PARTS: tuple[Callable[[], Iterator[Metric]], ...] = (
    engine,
    steps,
    escalations,
    notifications,
    inbox,
    outbound,
    attempts_to_post,
    stages,
    suggestions,
    channels,
    inserted,
)


def gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"leitstelle_{name}", about, value=float(value))


def labelled(name: str, about: str, label: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"leitstelle_{name}", about, labels=[label])
    for of, value in values:
        family.add_metric([of], float(value))
    return family


def capped(rows: QuerySet) -> int:
    return rows.order_by().values("pk")[:CAP].count()


def oldest(rows: QuerySet, field: str, order: str = "") -> float:
    """Seconds since the earliest; 0 when there is none, and where another host's clock is ahead of the database's."""
    age = rows.alias(moment=F(field)).order_by(order or field).values_list(SINCE, flat=True).first()
    return max(float(age or 0), 0.0)


def limit_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])

"""Whether this console can do its work: for load balancers and watchdogs, answered in time whatever is broken."""

from dataclasses import dataclass

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from crisis.engine_health import engine_state
from triage.check_job import last_check, report_of

DATABASE_PATIENCE = "2s"
REDIS_PATIENCE = 1.0  # seconds
MOST_NAMED = 5
AT_ONCE = Retry(NoBackoff(), 0)


@dataclass(frozen=True, slots=True)
class Readiness:
    """`reasons` keep it from being ready; `notes` are worth knowing and cost nothing but seconds."""

    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        return not self.reasons


def readiness() -> Readiness:
    """The first broken thing of the database hides what stands in it: nothing else can be asked."""
    redis = redis_notes(settings.REDIS_URL)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [DATABASE_PATIENCE])
            missing = missing_migrations()
            if missing:
                return Readiness((_("Migrations that are not applied: %s.") % ", ".join(missing),), redis)
            engine, checked = engine_state(), suggestion_notes()
    except Error:
        return Readiness((_("The database does not answer."),), redis)
    if engine.in_time:
        return Readiness(notes=(*engine.reasons, *checked, *redis))
    return Readiness(engine.reasons, (*checked, *redis))


def missing_migrations() -> list[str]:
    """Such as accounts.0002_groups; the first few of many."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
    return names[:MOST_NAMED] + ["…"] * (len(names) > MOST_NAMED)


def suggestion_notes() -> tuple[str, ...]:
    """What the last check of the suggestions found; it keeps nobody from working."""
    done = last_check()
    count = report_of(done).fault_count if done else 0
    found = ngettext(
        "%(count)d suggestion is not what its facts give: see /playbooks/check/.",
        "%(count)d suggestions are not what their facts give: see /playbooks/check/.",
        count,
    )
    return (found % {"count": count},) if count else ()


def redis_notes(url: str) -> tuple[str, ...]:
    """Redis only carries messages: while it is away, the same sweeps run in the nightwatch some seconds later."""
    if not url.startswith(("redis://", "rediss://", "redis+socket://")):
        return ()
    if url.startswith("redis+socket://"):  # Celery's spelling of a unix socket
        url = "unix://" + url.removeprefix("redis+socket://").partition("?")[0]
    waits = {"socket_connect_timeout": REDIS_PATIENCE, "socket_timeout": REDIS_PATIENCE}
    try:
        with Redis.from_url(url, retry=AT_ONCE, **waits) as redis:
            redis.ping()
    except (OSError, RedisError):
        return (_("Redis does not answer: work goes on, some seconds slower."),)
    return ()

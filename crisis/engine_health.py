"""Whether pages go out in time, and whether somebody must look: from rows, for the banner, `/readyz` and people."""

import os
import socket
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import ExpressionWrapper, F
from django.db.models.fields import DurationField
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from crisis.models import EngineHeartbeat, Escalation
from crisis.models.escalation import State
from crisis.rights import VIEW
from crisis.tempo import STOPPED

Part = EngineHeartbeat.Part
RUN_BY = f"{socket.gethostname()}:{os.getpid()}"[:100]
COUNT_CAP = 100
BEAT = """
    INSERT INTO crisis_engineheartbeat (part, beat_at, run_by) VALUES (%s, statement_timestamp(), %s)
    ON CONFLICT (part) DO UPDATE SET beat_at = EXCLUDED.beat_at, run_by = EXCLUDED.run_by
    WHERE crisis_engineheartbeat.beat_at < statement_timestamp() - interval '0.5 seconds'
"""


@dataclass(frozen=True, slots=True)
class EngineState:
    """Ages are seconds since the last sweep, None before the first one."""

    advance_age: float | None
    deliver_age: float | None
    nightwatch_age: float | None
    unanswered: int
    has_fault: bool

    @property
    def workers_run(self) -> bool:
        return is_fresh(self.advance_age) and is_fresh(self.deliver_age)

    @property
    def nightwatch_runs(self) -> bool:
        return is_fresh(self.nightwatch_age)

    @property
    def in_time(self) -> bool:
        """Pages go out: the workers send them, or the nightwatch does in their place."""
        return self.workers_run or self.nightwatch_runs

    @property
    def reasons(self) -> tuple[str, ...]:
        """What is wrong, in the reader's language; nothing when all is well. The first needs the most haste."""
        found = []
        if not self.in_time:
            found.append(_("Pages do not go out: neither the workers nor the nightwatch run. Call people yourself."))
        elif not self.workers_run:
            found.append(_("The workers do not run. The nightwatch sends the pages in their place."))
        elif not self.nightwatch_runs:
            found.append(_("The nightwatch does not run: if the workers stop, nobody will notice."))
        if self.unanswered:
            found.append(
                ngettext(
                    "Nobody answers %(count)d escalation. The owners were called.",
                    "Nobody answers %(count)d escalations. The owners were called.",
                    self.unanswered,
                )
                % {"count": self.unanswered}
            )
        if self.has_fault:
            found.append(_("The pager has a fault; the owners were called."))
        return tuple(found)

    @property
    def is_well(self) -> bool:
        return self.in_time and self.workers_run and self.nightwatch_runs and not (self.unanswered or self.has_fault)

    @property
    def tone(self) -> str:
        """`danger` where a page may not arrive or nobody answers, else `warning`."""
        return "warning" if self.in_time and not self.unanswered and not self.has_fault else "danger"


WELL = EngineState(0.0, 0.0, 0.0, 0, False)


def is_fresh(age: float | None) -> bool:
    return age is not None and age < STOPPED


def engine_state(person: User | None = None) -> EngineState:
    """Two small queries, whatever the number of escalations; `person` counts of the unanswered what they see."""
    ages = heartbeat_ages()
    seen = Escalation.objects.open() if person is None else Escalation.objects.open().visible_to(person)
    loud = seen.filter(state=State.EXHAUSTED) | Escalation.objects.open().filter(subject_kind=Escalation.Subject.ENGINE)
    kinds = list(loud.values_list("subject_kind", flat=True)[:COUNT_CAP])
    faults = kinds.count(Escalation.Subject.ENGINE)
    return EngineState(
        ages.get(Part.ADVANCE), ages.get(Part.DELIVER), ages.get(Part.NIGHTWATCH), len(kinds) - faults, faults > 0
    )


def engine_words() -> tuple[str, ...]:
    """What the banner says, for whoever asks now and then from outside a request; keeps no connection."""
    try:
        return engine_state().reasons
    finally:
        connection.close()


def engine_state_for(person: User | AnonymousUser | None) -> EngineState:
    """As `engine_state`; for whoever may not read escalations all is well."""
    return engine_state(person) if isinstance(person, User) and person.has_perm(VIEW) else WELL


def heartbeat_ages() -> dict[str, float]:
    """Part → seconds since its last sweep, by the database's clock."""
    age = ExpressionWrapper(Now() - F("beat_at"), output_field=DurationField())
    rows = EngineHeartbeat.objects.annotate(age=age).values_list("part", "age")
    return {part: age.total_seconds() for part, age in rows}


def beat(part: str) -> None:
    """Says that a sweep has ended just now; at most twice a second it costs a write."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT, [part, RUN_BY])

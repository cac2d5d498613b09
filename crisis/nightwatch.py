"""The watchdog beside the workers: sweeps when they are late, audits, and tells the world outside that it lives.

It needs the database and nothing else. How long the workers have been late is measured by its own clock, so that a
start, a restart of the database or a laptop that slept is not mistaken for an outage.
"""

import logging
import threading
import time

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from crisis.audit import audit
from crisis.engine_health import Part, beat, engine_state, heartbeat_ages
from crisis.escalate import advance_due
from crisis.escalate.advance import BATCH
from crisis.escalate.faults import close_when_quiet, report_fault
from crisis.notify import deliver_due
from crisis.tempo import ALARMING, AUDIT_EVERY, LATE, NIGHTWATCH_EVERY, STARTING
from plumbing.http import fetch
from plumbing.live import publish
from plumbing.vetted import FetchError

log = logging.getLogger(__name__)
PING_PATIENCE = 10.0  # seconds


class Nightwatch:
    """One process runs one of these until `stopping` is set."""

    def __init__(self, stopping: threading.Event) -> None:
        self.stopping = stopping
        self.late_since: float | None = None
        self.is_lateness_told = False
        self.started_at = time.monotonic()
        self.audited_at = time.monotonic()
        self.said: tuple[str, ...] = ()
        self.ping: threading.Thread | None = None

    def run(self) -> None:
        while not self.stopping.wait(NIGHTWATCH_EVERY):
            try:
                self.look()
            except (OperationalError, InterfaceError) as error:
                log.warning("the database does not answer (%s)", type(error).__name__)
                self.late_since = None
                connection.close()
            except Exception:
                log.exception("one look failed; the next one follows")
        connection.close()

    def look(self) -> None:
        """One look at the workers; now and then an audit."""
        late_for = self.lateness(time.monotonic())
        if late_for is not None:
            sweep()
        if late_for is not None and late_for > ALARMING - LATE:
            report_fault("late")
        beat(Part.NIGHTWATCH)
        if time.monotonic() - self.audited_at >= AUDIT_EVERY:
            self.audited_at = time.monotonic()
            self.audit()
        self.tell_consoles()

    def lateness(self, now: float) -> float | None:
        """For how long the workers have been seen late, by this process's clock; None while they are in time."""
        ages = heartbeat_ages()
        slowest = max(ages.get(part, float("inf")) for part in (Part.ADVANCE, Part.DELIVER))
        if slowest <= LATE:
            self.late_since, self.is_lateness_told = None, False
            return None
        if self.late_since is None:
            self.late_since = now
        if not self.is_lateness_told and now - self.started_at > STARTING:
            log.warning("the workers are late; sweeping in their place")
            self.is_lateness_told = True
        return now - self.late_since

    def audit(self) -> None:
        faults = audit()
        for fault in faults:
            log.error("fault: %s %s", fault.cause, fault.ids)
        if faults:
            return
        close_when_quiet()
        if settings.NIGHTWATCH_PING_URL and not (self.ping and self.ping.is_alive()):
            self.ping = threading.Thread(target=ping, args=[settings.NIGHTWATCH_PING_URL], daemon=True)
            self.ping.start()

    def tell_consoles(self) -> None:
        """Open consoles fetch the banner anew when it has something else to say."""
        said = engine_state().reasons
        if said != self.said:
            self.said = said
            publish("engine", 0, 0)


def sweep() -> None:
    """What the workers would do."""
    while advance_due() == BATCH:
        pass
    deliver_due(wait=False)


def ping(url: str) -> None:
    """Tells the dead-man switch outside that the last audit found nothing."""
    try:
        fetch(url, deadline=PING_PATIENCE)
    except FetchError as error:
        log.warning("the ping did not arrive: %s %s", error, error.detail)

"""Runs the watchdog of the pager until it is asked to stop."""

import signal
import threading

from django.core.management.base import BaseCommand

from crisis.nightwatch import Nightwatch


class Command(BaseCommand):
    help = "Watches the pager: sweeps when the workers are late, audits, pings NIGHTWATCH_PING_URL."
    requires_system_checks: list[str] = []  # it must start where anything else is broken

    def handle(self, *args, **options) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        Nightwatch(stopping).run()

"""How long the pager waits for what, in seconds. ENGINE_SPEED divides all of it; in earnest it is 1."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Expression
from django.db.models.functions import Now

SPEED: float = settings.ENGINE_SPEED

SEND_CONNECT = 5 / SPEED
SEND_IN_ALL = 10 / SPEED
LEASE = 3 * SEND_IN_ALL  # longer than any send: two workers never hold one notification
PAGE_WANTED_FOR = 3600 / SPEED  # an older page says nothing that a newer one does not say
LINK_LASTS = 12 * 3600 / SPEED
SET_ASIDE = 60 / SPEED  # how long a row that fails waits, so that it does not hold up the others
DELIVER_IN_ONE_GO = 20 / SPEED

LATE = 5 / SPEED  # nightwatch sweeps itself
STARTING = 20 / SPEED  # for so long nightwatch does not call those late who start when it does
STOPPED = 30 / SPEED  # the banner shows
ALARMING = 120 / SPEED  # the owners are paged
AUDIT_EVERY = 15 / SPEED
UNCALLED = 60 / SPEED  # an open escalation without a page for so long is a fault
FAULT_AGAIN = 300 / SPEED  # a fault that lasts is noted anew after this
QUIET_AGAIN = 600 / SPEED  # without a new fault for so long, the pager's own escalation closes
NIGHTWATCH_EVERY = 1 / SPEED


def after(seconds: float) -> Expression:
    """So many seconds from now, by the database's clock."""
    return Now() + timedelta(seconds=seconds)

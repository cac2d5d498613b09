"""Writes down what happened through a restart of the database, because it cannot be asked again."""

import logging
import time
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection, transaction

log = logging.getLogger(__name__)


def outlast(write: Callable[[], None], seconds: float, pause: float) -> None:
    """Runs `write` in a transaction, again and again while the database is away, for `seconds` at most."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with transaction.atomic():
                return write()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > deadline:
                raise
            log.warning("an outcome could not be stored (%s); trying again", type(error).__name__)
            connection.close()
            time.sleep(pause)

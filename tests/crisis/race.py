"""Two who act at the same moment."""

import threading
from collections.abc import Callable

from django.db import connection


def race(*acts: Callable[[], object]) -> None:
    """Runs all of them at the same moment, each on a connection of its own."""
    barrier = threading.Barrier(len(acts))
    faults: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            act()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not faults, faults

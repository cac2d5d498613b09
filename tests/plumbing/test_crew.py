import threading

import pytest
from django.db import connection

from plumbing.crew import Crew, work_off


def test_a_crew_never_has_more_threads_than_places():
    crew, held = Crew("test-crew", 2), threading.Event()
    first = crew.start(held.wait, 5)
    assert len(first) == 2
    assert crew.start(held.wait, 1) == []
    held.set()
    for thread in first:
        thread.join(10)
    later = crew.start(int, 1)
    assert len(later) == 1
    later[0].join(10)


@pytest.mark.django_db(transaction=True)
def test_what_breaks_is_logged_and_gives_its_place_and_its_connection_back(caplog):
    crew, connections = Crew("test-crew", 1), []

    def broken() -> None:
        connection.ensure_connection()
        connections.append(connection.connection)
        raise ValueError("out of paper")

    for _again in range(2):
        [thread] = crew.start(broken, 1)
        thread.join(10)
    assert [one.closed for one in connections] == [1, 1]
    assert "out of paper" in caplog.text


def test_work_goes_on_until_nothing_is_due():
    due, acted = [1, 2, 3], []
    assert work_off(lambda: due.pop(0) if due else None, acted.append, seconds=60) == 3
    assert acted == [1, 2, 3]


def test_work_ends_when_its_time_is_up():
    assert work_off(lambda: "more", lambda claim: None, seconds=0) == 0

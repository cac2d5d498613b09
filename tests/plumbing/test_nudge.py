from threading import Event

import pytest
from django.db import transaction

from plumbing.live import CHANNEL, publish
from plumbing.nudge import listen, nudge, own_connection, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def doorbell():
    raw = own_connection("nudge")
    yield raw
    raw.close()


def test_a_nudge_rings_when_the_transaction_commits(doorbell):
    with transaction.atomic():
        nudge("mentions.stored")
        nudge("mentions.stored")
        assert wait_for(doorbell, 0.05) == []

    assert wait_for(doorbell, 5) == ["mentions.stored"]


def test_a_rolled_back_nudge_never_rings(doorbell):
    with transaction.atomic():
        nudge("mentions.stored")
        transaction.set_rollback(True)

    assert wait_for(doorbell, 0.05) == []


def test_listening_ends_when_told_to():
    stopping = Event()
    stopping.set()

    assert list(listen(stopping)) == []


def test_live_events_say_only_type_id_and_rev():
    raw = own_connection(CHANNEL)
    publish("mention", 42, 3)

    assert wait_for(raw, 5) == ['{"type": "mention", "id": 42, "rev": 3}']
    raw.close()

"""Real processes are killed, stopped and restarted under the pager: no page may get lost, and hardly one come twice."""

import random
import time

import pytest
from django.db import connection
from django.db.models import F

from accounts.groups import load_groups
from accounts.models import User
from crisis.escalate import acknowledge
from crisis.models import DeliveryAttempt, EngineHeartbeat
from tests.crisis.make import make_contact, make_escalation, make_policy
from tests.faults.house import House, look
from tests.make import make_user
from tests.until import PATIENCE, until

pytestmark = pytest.mark.faults
SEED = 20261122


def somebody(roles: tuple[str, ...] = ("pr_lead",)) -> User:
    person = make_user(roles=roles)
    make_contact(person)
    return person


def outcomes() -> list[str]:
    rows = DeliveryAttempt.objects.filter(notification__lane="email").order_by("id")
    return list(rows.values_list("outcome", flat=True))


def beats(part: str) -> bool:
    """Whether this part of the engine has swept since it was last asked."""
    return bool(look(lambda: EngineHeartbeat.objects.filter(part=part).exists()))


def forget_beats() -> None:
    EngineHeartbeat.objects.all().delete()


def is_listening() -> bool:
    """Whether a worker's doorbell hears what is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE query = 'LISTEN \"nudge\"'")
        return cursor.fetchone() is not None


def start_worker(house: House, name: str = "worker") -> None:
    house.start(name)
    until(is_listening)


def test_a_commit_wakes_the_worker_without_any_beat(house):
    somebody()
    start_worker(house)
    since = time.monotonic()
    make_escalation()
    until(lambda: house.mailbox.arrived)
    until(house.settled)
    found = house.figures("doorbell only", since)
    assert (found["sends"], found["lost"], found["twice"]) == (1, 0, 0)


def test_a_worker_killed_between_claim_and_send_loses_nothing(house):
    house.speed = 5  # the send must not time out before its worker is told
    somebody()
    house.mailbox.mode = "hang_on_connect"
    start_worker(house)
    since = time.monotonic()
    make_escalation()
    until(lambda: house.mailbox.connections and outcomes() == ["intended"])
    house.kill("worker")
    assert not house.mailbox.arrived
    house.mailbox.mode = "ok"
    house.start("beat")
    start_worker(house, "worker2")
    until(lambda: house.mailbox.arrived)
    until(house.settled)
    found = house.figures("killed between claim and send", since)
    assert (found["sends"], found["lost"], found["twice"]) == (1, 0, 0)
    assert outcomes() == ["unknown", "accepted"]


def test_a_worker_killed_after_the_server_took_the_mail_sends_it_again_under_the_same_id(house):
    house.speed = 5  # the send must not time out before its worker is told
    somebody()
    house.mailbox.mode = "hang_on_data"
    start_worker(house)
    since = time.monotonic()
    make_escalation()
    until(lambda: house.mailbox.arrived)
    house.kill("worker")
    house.mailbox.mode = "ok"
    house.start("nightwatch")
    until(lambda: len(house.mailbox.arrived) == 2)
    until(house.settled)
    found = house.figures("killed after the server took it", since)
    assert (found["sends"], found["lost"], found["twice"]) == (2, 0, 1)
    assert len({mail["Message-ID"] for mail in house.mailbox.arrived}) == 1


def test_without_redis_pages_go_out_and_afterwards_the_workers_go_on(house):
    somebody()
    for name in ("worker", "beat", "nightwatch"):
        house.start(name)
    until(lambda: beats("advance") and beats("nightwatch"))
    house.kill("redis")
    since = time.monotonic()
    make_escalation()
    until(lambda: len(house.mailbox.arrived) == 1)
    without = house.figures("without Redis", since)
    house.start_redis()
    forget_beats()
    until(lambda: beats("advance") and beats("deliver"))
    since = time.monotonic()
    make_escalation()
    until(lambda: len(house.mailbox.arrived) == 2)
    until(house.settled)
    found = house.figures("Redis is back, empty", since)
    assert (without["sends"], found["sends"], found["lost"], found["twice"]) == (1, 2, 0, 0)


def test_a_restart_of_postgresql_loses_nothing_and_sends_nothing_twice(house):
    house.speed = 3  # the restart must be over before the lease is, on a busy machine too
    somebody()
    make_policy("L3", (0, []), (2, [("pr_lead", "on_shift")]), round_delay=600)
    for name in ("worker", "beat", "nightwatch"):
        house.start(name)
    until(lambda: beats("advance") and beats("nightwatch"))
    house.mailbox.mode = "hang_on_data"
    since = time.monotonic()
    make_escalation()
    until(lambda: house.mailbox.arrived)
    house.stop("postgres")
    house.mailbox.release("ok")  # accepted while nobody can write it down
    house.start_postgres()
    until(lambda: look(lambda: outcomes()[:1]) == ["accepted"])
    until(lambda: len(house.mailbox.arrived) == 2)  # step 2, due while the database was away or soon after
    until(house.settled)
    found = house.figures("PostgreSQL restarted", since)
    assert (found["sends"], found["lost"], found["twice"]) == (2, 0, 0)
    assert [name for name, process in house.running.items() if process.poll() is not None] == []


def test_the_nightwatch_alone_pages_and_stops_cleanly(house):
    somebody()
    house.start("nightwatch")
    since = time.monotonic()
    make_escalation()
    until(lambda: house.mailbox.arrived)
    until(house.settled)
    found = house.figures("nightwatch alone", since)
    assert (found["sends"], found["lost"], found["twice"]) == (1, 0, 0)
    assert house.stop("nightwatch") == 0


def test_a_stopped_worker_ends_what_it_sends_and_nothing_is_sent_twice(house):
    house.speed = 3  # the send must not time out before its worker is told
    somebody()
    house.mailbox.mode = "hang_on_data"
    start_worker(house)
    make_escalation()
    until(lambda: house.mailbox.arrived)
    house.running["worker"].send_signal(house.program("worker").stop_signal)
    house.mailbox.release("ok")
    house.running.pop("worker").wait(PATIENCE)
    assert outcomes() == ["accepted"]


def test_random_kills_lose_nothing_and_nothing_is_claimed_after_an_acknowledgement(house):
    dice = random.Random(SEED)
    somebody()
    load_groups()
    lead = make_user(groups=("pr_lead",))
    house.mailbox.delay = 0.05
    for name in ("worker", "worker2", "beat"):
        house.start(name)
    until(is_listening)
    since = time.monotonic()
    made = [make_escalation() for _each in range(80)]
    for number, mails in enumerate(sorted(dice.sample(range(5, 60), 4))):
        until(lambda: len(house.mailbox.arrived) >= mails)  # noqa: B023
        name = ("worker", "worker2")[number % 2]
        house.kill(name)
        house.start(name)
        acknowledge(dice.choice(made).pk, lead, "console")
    until(house.settled)
    found = house.figures(f"random kills, seed {SEED}", since)
    assert found["lost"] == 0
    assert found["twice"] <= found["unknown"]
    late = DeliveryAttempt.objects.filter(notification__escalation__acknowledgements__at__lt=F("started_at"))
    assert not late.exists()

"""/metrics: what it says, whom it answers, and that a full archive makes it no dearer."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from crisis.engine_health import Part, beat
from crisis.escalate import advance_due
from crisis.models import Escalation
from monitoring.models import OutboundAttempt, OutboundPost
from reports import metrics
from tests.crisis.make import make_escalation
from tests.make import make_channel, make_mention

DOCS = Path(__file__).parents[2] / "docs"
TOKEN = "the-token-of-prometheus"


def scrape(**options) -> dict[str, dict[tuple[str, ...], float]]:
    """Name → labels' values → value."""
    answer = Client().get("/metrics", **options)
    assert answer.status_code == 200, answer.status_code
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def test_it_says_how_the_pager_stands(ada):
    for part in Part:
        beat(part)
    make_escalation()
    Escalation.objects.update(step_due_at=timezone.now() - timedelta(seconds=90))
    before = scrape()
    assert before["leitstelle_engine_in_time"][()] == 1
    assert before["leitstelle_engine_heartbeat_age_seconds"][("advance",)] < 30
    assert before["leitstelle_steps_due"][()] == 1
    assert 89 < before["leitstelle_step_lateness_seconds"][()] < 120
    assert before["leitstelle_escalations_open"][("active",)] == 1
    advance_due()
    after = scrape()
    assert after["leitstelle_steps_due"][()] == 0
    assert after["leitstelle_escalations_open"][("exhausted",)] == 1
    assert after["leitstelle_notifications_undelivered"][()] > 0


def test_it_says_how_the_work_stands(db):
    feed = make_channel("forum", kind="feed", error="503", last_success_at=timezone.now() - timedelta(hours=2))
    make_mention(channel=feed)
    found = scrape()
    assert found["leitstelle_mentions_waiting"][("reading",)] == 1
    assert found["leitstelle_channel_failing"][("forum",)] == 1
    assert 7_199 < found["leitstelle_channel_lag_seconds"][("forum",)] < 7_300
    assert found["leitstelle_mentions_open"].keys() == {(f"L{level}",) for level in range(5)}
    assert found["leitstelle_mentions_total"][()] >= 0
    assert found["process_resident_memory_bytes"][()] > 0


def make_post(state: str, waits: timedelta, author, channel=None) -> OutboundPost:
    """A post whose time came so long ago, or comes in so long where that is negative."""
    channel = channel or make_channel(kind="webhook")
    when = timezone.now() - waits
    return OutboundPost.objects.create(channel=channel, text="Hi", state=state, author=author, next_attempt_at=when)


def test_it_says_what_of_ours_waits_and_what_nobody_knows(maya):
    make_post("waiting", timedelta(seconds=90), maya)
    paused = make_channel(kind="webhook", publishing_paused_at=timezone.now())
    make_post("waiting", timedelta(hours=3), maya, paused)
    unknown = make_post("unknown", timedelta(hours=1), maya)
    OutboundPost.objects.filter(pk=unknown.pk).update(created_at=timezone.now() - timedelta(hours=1))
    for number, (outcome, age) in enumerate([("sent", 1), ("sent", 2), ("unknown", 3), ("sent", 120)]):
        started = timezone.now() - timedelta(minutes=age)
        OutboundAttempt.objects.create(post=unknown, number=number, started_at=started, outcome=outcome)
    found = scrape()
    counts = found["leitstelle_outbound_posts"]
    assert counts == {("waiting",): 2, ("sending",): 0, ("unknown",): 1, ("failed",): 0}
    assert 89 < found["leitstelle_outbound_lateness_seconds"][()] < 120, "a pause is nobody's lateness"
    assert 3_599 < found["leitstelle_outbound_unknown_age_seconds"][()] < 3_700
    attempts = {
        outcome: count for (outcome,), count in found["leitstelle_outbound_attempts_last_hour"].items() if count
    }
    assert attempts == {"sent": 2, "unknown": 1}


def test_nothing_waits_for_less_than_no_time(maya):
    make_post("waiting", -timedelta(seconds=10), maya)
    ahead = make_post("unknown", timedelta(), maya)
    OutboundPost.objects.filter(pk=ahead.pk).update(created_at=timezone.now() + timedelta(seconds=30))
    found = scrape()
    assert found["leitstelle_outbound_lateness_seconds"][()] == 0
    assert found["leitstelle_outbound_unknown_age_seconds"][()] == 0


def test_counts_stop_at_the_cap_and_cost_the_same_however_many_there_are(maya, monkeypatch):
    monkeypatch.setattr(metrics, "CAP", 2)
    with CaptureQueriesContext(connection) as few:
        scrape()
    channel = make_channel("forum", kind="feed")
    for _each in range(4):
        make_mention(channel=channel)
        make_post("waiting", timedelta(), maya)
    with CaptureQueriesContext(connection) as many:
        found = scrape()
    assert found["leitstelle_mentions_waiting"][("reading",)] == 2
    assert found["leitstelle_outbound_posts"][("waiting",)] == 2
    assert len(many) == len(few) < 45


def test_requests_are_timed_by_the_name_of_their_address(db):
    Client().get("/healthz")
    assert scrape()["leitstelle_request_duration_seconds_count"][("reports:healthz", "GET", "2xx")] >= 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_said():
    connection = connections["default"]
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = 1
    try:
        found = scrape()
    finally:
        connection.settings_dict["PORT"] = port
        connection.close()
    assert found["leitstelle_database_up"][()] == 0
    assert "process_resident_memory_bytes" in found


@pytest.mark.parametrize(
    "options",
    [
        {"REMOTE_ADDR": "203.0.113.7"},
        {"REMOTE_ADDR": ""},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Authorization": f"Bearer {TOKEN}"}, "REMOTE_ADDR": "203.0.113.7"},
    ],
)
def test_without_a_token_only_this_machine_may_ask(db, options):
    assert Client().get("/metrics", **options).status_code == 403


@pytest.mark.parametrize("said", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer tökén"])
def test_with_a_token_nobody_may_ask_without_it(db, settings, said):
    settings.METRICS_TOKEN = TOKEN
    answer = Client().get("/metrics", headers={"Authorization": said})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.content == b""


def test_whoever_has_the_token_may_ask_from_anywhere(db, settings):
    settings.METRICS_TOKEN = TOKEN
    assert scrape(headers={"Authorization": f"Bearer {TOKEN}"}, REMOTE_ADDR="203.0.113.7")


def test_a_right_to_read_the_console_is_none_to_the_metrics(client, ada, settings):
    settings.METRICS_TOKEN = TOKEN
    client.force_login(ada)
    assert client.get("/metrics").status_code == 401


def test_alerts_and_the_table_for_operators_name_what_there_is(db):
    for part in Part:
        beat(part)
    make_channel("forum", kind="feed", last_success_at=timezone.now())
    Client().get("/healthz")
    there = set(scrape())
    rules = [
        rule
        for group in yaml.safe_load((DOCS / "prometheus-alerts.yml").read_text())["groups"]
        for rule in group["rules"]
    ]
    named = {name for rule in rules for name in re.findall(r"\b(?:leitstelle|process)_\w+", rule["expr"])}
    assert named - there == set()
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in rules)
    ours = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in there if name.startswith("leitstelle_")}
    told = (DOCS / "operating.md").read_text()
    assert [name for name in sorted(ours) if f"`{name}`" not in told] == []

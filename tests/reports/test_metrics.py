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


def test_counts_stop_at_the_cap_and_cost_the_same_however_many_there_are(db, monkeypatch):
    monkeypatch.setattr(metrics, "CAP", 2)
    with CaptureQueriesContext(
        connection,
    ) as few:
        scrape()
    channel = make_channel("forum", kind="feed")
    for _each in range(4):
        make_mention(channel=channel)
    with CaptureQueriesContext(connection) as many:
        found = scrape()
    assert found["leitstelle_mentions_waiting"][("reading",)] == 2
    assert len(many) == len(few) < 35


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

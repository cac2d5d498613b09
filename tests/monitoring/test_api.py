import json
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIRequestFactory, force_authenticate

from monitoring.api import Channels, MentionIngest
from monitoring.models import Channel, Mention, RawDelivery
from tests.make import make_channel

pytestmark = pytest.mark.django_db

MENTION = {"channel": "main", "external_id": "1", "text": "Hi there", "posted_at": "2026-11-20T08:15:00Z"}


def send(user, body, view=MentionIngest):
    request = APIRequestFactory().post("/api/v1/mentions/", body, format="json")
    force_authenticate(request, user)
    response = view.as_view()(request)
    response.render()
    return response.status_code, json.loads(response.content)


def look(user):
    request = APIRequestFactory().get("/api/v1/channels/")
    force_authenticate(request, user)
    response = Channels.as_view()(request)
    response.render()
    return response.status_code, json.loads(response.content)


def test_one_mention_is_stored_before_the_answer(maya):
    make_channel("main")
    status, body = send(maya, MENTION)
    mention = Mention.objects.get()
    assert status == 200
    assert body == {"results": [{"external_id": "1", "status": "created", "id": mention.pk, "errors": []}]}
    assert RawDelivery.objects.get().body == [MENTION]


def test_a_list_is_answered_in_its_order_over_several_channels(maya):
    make_channel("main")
    make_channel("other")
    status, body = send(
        maya,
        [
            MENTION | {"external_id": "a"},
            MENTION | {"external_id": "b", "channel": "other"},
            MENTION | {"external_id": "c", "channel": "nowhere"},
            MENTION | {"external_id": "d", "visibility": "private"},
            MENTION | {"external_id": "a"},
            MENTION | {"external_id": "a", "text": "Changed"},
            {"channel": "main", "external_id": "a", "deleted": True},
            "no object",
            {},
        ],
    )
    assert status == 200
    assert [(result["external_id"], result["status"]) for result in body["results"]] == [
        ("a", "created"),
        ("b", "created"),
        ("c", "rejected"),
        ("d", "rejected"),
        ("a", "duplicate"),
        ("a", "updated"),
        ("a", "deleted"),
        ("", "rejected"),
        ("", "rejected"),
    ]
    errors = [[error["field"] for error in result["errors"]] for result in body["results"]]
    assert errors[2:4] == [["channel"], ["visibility"]]
    assert errors[7:] == [[""], ["channel", "external_id", "text", "posted_at"]]
    assert Channel.objects.get(slug="main").rejected == 1
    assert RawDelivery.objects.get(channel__slug="main").rejected == 1


def test_a_thousand_at_once_and_not_one_more(maya):
    make_channel("main")
    many = [MENTION | {"external_id": str(number)} for number in range(1_000)]
    status, body = send(maya, many)
    assert status == 200
    assert {result["status"] for result in body["results"]} == {"created"}
    status, body = send(maya, [*many, MENTION])
    assert status == 413
    assert body["status"] == 413
    assert Mention.objects.count() == 1_000


def test_an_empty_list_is_no_matter(maya):
    assert send(maya, []) == (200, {"results": []})


def test_hostile_text_is_rejected_or_stored_as_it_is(maya):
    make_channel("main")
    texts = ["<script>alert(1)</script>", "'; DROP TABLE x; --", "\u202eabc", "a\u0000b", "{{ 7*7 }}", "%s %(x)s"]
    _status, body = send(maya, [MENTION | {"external_id": str(n), "text": text} for n, text in enumerate(texts)])
    assert [result["status"] for result in body["results"]] == [
        "created", "created", "created", "rejected", "created", "created",
    ]  # fmt: skip
    stored = set(Mention.objects.values_list("text", flat=True))
    assert stored == {text for text in texts if "\x00" not in text}


def test_one_broken_item_does_not_harm_its_neighbours(client, maya):
    client.force_login(maya)
    make_channel("main")
    deep = json.loads("[" * 500 + "]" * 500)
    broken = [{"channel": "ma\u0000in"}, {"external_id": "half \ud800"}, {"external_id": deep}, {"unused": deep}]
    body = json.dumps([MENTION, *(MENTION | {"external_id": "2"} | one for one in broken)])
    results = client.post("/api/v1/mentions/", body, content_type="application/json").json()["results"]
    assert [(result["external_id"], result["status"]) for result in results] == [
        ("1", "created"),
        ("2", "rejected"),
        ("half �", "rejected"),
        ("", "rejected"),
        ("2", "rejected"),
    ]
    assert [error["field"] for result in results for error in result["errors"]] == [
        "channel", "external_id", "", "",
    ]  # fmt: skip
    assert Mention.objects.get().external_id == "1"


def test_a_body_beyond_reading_is_a_problem(client, maya, settings):
    client.force_login(maya)
    deep = client.post("/api/v1/mentions/", "[" * 100_000, content_type="application/json")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    large = client.post("/api/v1/mentions/", json.dumps([MENTION] * 5), content_type="application/json")
    assert [answer.status_code for answer in (deep, large)] == [400, 413]
    assert {answer.headers["Content-Type"] for answer in (deep, large)} == {"application/problem+json"}


def test_sam_may_neither_hand_in_nor_look(sam):
    make_channel("main")
    assert send(sam, MENTION)[0] == 403
    assert look(sam)[0] == 403
    assert not Mention.objects.exists()


def test_a_failure_is_written_on_the_delivery(maya, monkeypatch):
    make_channel("main")

    def fail(*args, **kwargs):
        raise RuntimeError("out of order")

    monkeypatch.setattr("monitoring.deliveries.ingest", fail)
    with pytest.raises(RuntimeError):
        send(maya, MENTION)
    assert RawDelivery.objects.get().error == "RuntimeError: out of order"


def test_channels_say_how_they_are(maya):
    make_channel("main")
    make_channel(
        "news",
        kind="feed",
        address="https://news.example/feed",
        last_success_at=timezone.now() - timedelta(minutes=5),
        error="There is no feed at this address.",
        error_detail="HTTP 404",
        gap_since=timezone.now(),
    )
    send(maya, [MENTION, MENTION, MENTION | {"visibility": "private"}])
    status, body = look(maya)
    assert status == 200
    assert set(body) == {"next", "previous", "results"}
    main, news = body["results"]
    assert main["counts"] == {"received": 3, "stored": 1, "updated": 0, "duplicate": 1, "deleted": 0, "rejected": 1}
    assert (main["slug"], main["lag_seconds"], main["gap"], main["error"]) == ("main", None, False, "")
    assert 299 <= news["lag_seconds"] <= 310
    assert (news["gap"], news["error"]) == (True, "There is no feed at this address. (HTTP 404)")
    assert set(main) == {
        "slug", "kind", "name", "state", "last_success_at", "lag_seconds", "gap", "error", "counts",
    }  # fmt: skip


def test_the_addresses_are_those_of_the_contract(client, maya):
    make_channel("main")
    client.force_login(maya)
    stored = client.post("/api/v1/mentions/", MENTION, content_type="application/json")
    assert stored.json()["results"][0]["status"] == "created"
    assert client.get("/api/v1/channels/").json()["results"][0]["counts"]["stored"] == 1

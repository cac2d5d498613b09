import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from monitoring.models import Author, Channel, Mention, SigningSecret, WatchedTopic, WordList
from plumbing.standard_webhooks import new_secret
from tests.make import make_channel, make_mention, make_reading, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(client, ada):
    client.force_login(ada)
    return client


def channel_fields(**changes) -> dict:
    return {
        "name": "News",
        "slug": "news",
        "kind": "feed",
        "unit": make_unit().pk,
        "state": "active",
        "address": "https://news.example/feed",
        "poll_every": "00:02:00",
        "note-TOTAL_FORMS": 0,
        "note-INITIAL_FORMS": 0,
    } | changes


def test_a_new_feed_is_due_at_once(admin_client):
    response = admin_client.post(reverse("admin:monitoring_channel_add"), channel_fields())
    assert response.status_code == 302
    channel = Channel.objects.get()
    assert channel.next_poll_at <= timezone.now()


def test_a_channel_that_is_only_handed_mentions_is_never_due(admin_client):
    admin_client.post(reverse("admin:monitoring_channel_add"), channel_fields(kind="api", address=""))
    assert Channel.objects.get().next_poll_at is None


def test_a_feed_needs_an_address_and_a_kind_that_exists(admin_client):
    for wrong in ({"address": ""}, {"kind": "telepathy"}, {"address": "javascript:alert(1)"}):
        response = admin_client.post(reverse("admin:monitoring_channel_add"), channel_fields(**wrong))
        assert response.status_code == 200
    assert not Channel.objects.exists()


def test_saving_a_channel_leaves_what_a_poll_wrote_meanwhile(admin_client):
    channel = make_channel("news", name="Old", kind="feed", address="https://news.example/feed")
    address = reverse("admin:monitoring_channel_change", args=[channel.pk])
    admin_client.get(address)
    Channel.objects.update(cursor="moved", received=7)
    admin_client.post(address, channel_fields(name="New", unit=channel.unit_id))
    channel.refresh_from_db()
    assert (channel.name, channel.cursor, channel.received) == ("New", "moved", 7)


def test_a_channel_can_be_polled_now_and_its_gap_settled(admin_client):
    channel = make_channel("news", kind="feed", address="https://news.example/feed", gap_since=timezone.now())
    for action in ("poll_now", "dismiss_gap"):
        chosen = {"action": action, "_selected_action": [channel.pk]}
        admin_client.post(reverse("admin:monitoring_channel_changelist"), chosen)
    channel.refresh_from_db()
    assert channel.next_poll_at <= timezone.now()
    assert channel.gap_since is None


def test_word_lists_and_topics_are_edited_line_by_line(admin_client):
    add = reverse("admin:monitoring_wordlist_add")
    admin_client.post(add, {"slug": "legal", "language": "en", "terms": "lawyer*\n\n  sue you \nlawyer*\n"})
    assert WordList.objects.get().terms == ["lawyer*", "sue you"]
    topic = {"name": "Us", "slug": "us", "is_brand": "on", "terms": "Brauhell", "not_terms": "", "handles": "@brauhell"}
    admin_client.post(reverse("admin:monitoring_watchedtopic_add"), topic)
    assert WatchedTopic.objects.get().handles == ["@brauhell"]
    too_long = {"slug": "x", "language": "en", "terms": "a" * 201}
    assert admin_client.post(add, too_long).status_code == 200
    assert WordList.objects.count() == 1


def test_mentions_are_looked_at_and_never_changed(admin_client):
    mention = make_mention("<script>alert(1)</script>")
    make_reading(mention)
    shown = admin_client.get(reverse("admin:monitoring_mention_change", args=[mention.pk]))
    assert shown.status_code == 200
    assert b"<script>alert(1)" not in shown.content
    assert admin_client.post(reverse("admin:monitoring_mention_change", args=[mention.pk]), {}).status_code == 403
    assert admin_client.get(reverse("admin:monitoring_mention_add")).status_code == 403
    assert Mention.objects.count() == 1


def test_of_an_author_only_our_own_notes_are_changed(admin_client, ada):
    ada.user_permissions.add(*Permission.objects.filter(codename__in=["view_author", "change_author"]))
    author = make_mention().author
    address = reverse("admin:monitoring_author_change", args=[author.pk])
    admin_client.post(address, {"kind": "journalist", "by_us": "on", "handle": "changed"})
    changed = Author.objects.get()
    assert (changed.kind, changed.by_us, changed.handle) == ("journalist", True, author.handle)


@pytest.mark.parametrize(
    "page", ["channel", "watchedtopic", "wordlist", "mention", "rawdelivery", "author", "outboundpost"]
)
def test_every_list_opens_for_its_admin_and_not_for_maya(client, page, ada, maya):
    ada.user_permissions.add(*Permission.objects.filter(content_type__app_label="monitoring"))
    address = reverse(f"admin:monitoring_{page}_changelist")
    client.force_login(ada)
    assert client.get(address).status_code == 200
    client.force_login(maya)
    assert client.get(address).status_code in (302, 403)


def test_the_admin_counts_no_further_than_it_lists(admin_client, monkeypatch):
    monkeypatch.setattr("plumbing.capped_paginator.MOST_LISTED", 2)
    for _number in range(3):
        make_mention()
    listed = admin_client.get(reverse("admin:monitoring_mention_changelist"))
    assert listed.context["cl"].result_count == 2


def test_a_signing_secret_is_shown_once_kept_encrypted_and_retired(admin_client, ada):
    channel = make_channel("partner", kind="webhook")
    page = admin_client.post(reverse("admin:monitoring_signingsecret_add"), {"channel": channel.pk, "use": "receive"})
    secret = SigningSecret.objects.get()
    assert secret.value in page.content.decode()
    assert "/hooks/partner/" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert secret.created_by == ada
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM monitoring_signingsecret")
        assert secret.value not in cursor.fetchone()[0]
    for name, args in (("changelist", []), ("change", [secret.pk])):
        shown = admin_client.get(reverse(f"admin:monitoring_signingsecret_{name}", args=args))
        assert secret.value not in shown.content.decode()
    action = {"action": "retire", "_selected_action": [secret.pk]}
    admin_client.post(reverse("admin:monitoring_signingsecret_changelist"), action)
    assert not SigningSecret.objects.to_receive().exists()


def test_a_secret_may_be_the_other_sides_but_must_be_one(admin_client):
    channel, theirs = make_channel("partner", kind="webhook"), new_secret()
    for given in ("whsec_short", theirs):
        fields = {"channel": channel.pk, "use": "receive", "secret": given}
        admin_client.post(reverse("admin:monitoring_signingsecret_add"), fields)
    assert SigningSecret.objects.get().value == theirs


def test_publishing_is_paused_and_goes_on_from_the_list(admin_client, ada):
    channel = make_channel("partner", kind="webhook")
    for action, is_paused in (("pause", True), ("resume", False)):
        data = {"action": action, "_selected_action": [channel.pk]}
        admin_client.post(reverse("admin:monitoring_channel_changelist"), data)
        channel.refresh_from_db()
        assert (channel.publishing_paused_at is not None) == is_paused

"""Beside the reply: templates filled with what is known, answers that fit, the community's note."""

import pytest
from django.urls import reverse

from playbooks.models import ChannelNote, HousePage, KnowledgeEntry, KnowledgeFeedback
from playbooks.starter.load import load_starter
from tests.make import NOON, make_author, make_channel, make_mention, make_reading
from triage.models import Reply, Triage
from triage.suggest import suggest_new

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def asked(maya, pedro) -> Triage:
    load_starter(NOON)
    KnowledgeEntry.objects.create(
        question_en="Can I order a new lid?", question_de="Kann ich einen neuen Deckel bestellen?",
        answer_en="Yes, {name}, the lid is 4 euros.", answer_de="Ja, {name}, der Deckel kostet 4 Euro.",
        owner=maya, author=maya, approved_by=pedro, approved_at=NOON,
    )  # fmt: skip
    channel = make_channel("mastodon", name="Mastodon")
    mention = make_mention(
        "Kann ich einen neuen Deckel bestellen?", channel=channel, author=make_author(channel, display_name="Lena {x}")
    )
    make_reading(mention, language="de", is_question=True, is_direct=True)
    suggest_new()
    return Triage.objects.get(pk=mention.pk)


def test_the_fact_says_how_well_an_answer_fits(asked):
    assert asked.suggestion.facts["kb.match"] >= 0.7


def test_answers_and_templates_come_filled_with_what_is_known_and_marked_where_open(client, asked, maya):
    HousePage.objects.filter(slug="house-rules").update(public_address="https://www.example/rules")
    client.force_login(maya)
    page = client.get(reverse("triage:texts", args=[asked.pk]), headers=HTMX).content.decode()
    assert "Ja, Lena <mark>{x}</mark>, der Deckel kostet 4 Euro." in page
    assert "fits well" in page
    assert "https://www.example/rules" in page
    assert "<mark>{team}</mark>" in page
    assert "Danke, Lena" in page
    whole = client.get(reverse("triage:texts", args=[asked.pk])).content.decode()
    assert "<html" in whole


def test_a_text_with_an_open_placeholder_stays_here_and_the_error_stands_at_its_field(client, asked, maya):
    client.force_login(maya)
    said = {"disposition": "respond", "rev": asked.rev, "text": "Wir klären das mit {team}.", "reason": "long enough"}
    answer = client.post(reverse("triage:decide", args=[asked.pk]), said, headers=HTMX | {"HX-Target": "decision"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="reply-error" hx-swap-oob="true" data-field="reply-text"' in page
    assert "{team}: Who of us takes care of it." in page
    whole = client.post(reverse("triage:decide", args=[asked.pk]), said).content.decode()
    assert 'aria-invalid="true"' in whole
    assert "Wir klären das mit {team}." in whole, "the draft is kept"
    assert not Reply.objects.exists()


def test_an_answer_is_called_outdated_from_the_inbox(client, asked, maya, lea):
    entry = KnowledgeEntry.objects.get()
    address = reverse("triage:outdated", args=[asked.pk, entry.pk])
    client.force_login(lea)
    assert client.post(address).status_code == 403
    client.force_login(maya)
    assert "called outdated" in client.post(address, headers=HTMX).content.decode()
    assert KnowledgeFeedback.objects.get().mention_id == asked.pk


def test_the_note_about_a_community_stands_beside_its_mentions_and_in_the_channel_s_admin(client, asked, maya, ada):
    note = ChannelNote.objects.create(channel=asked.mention.channel, people="Many engineers, patient.", do="Details")
    client.force_login(maya)
    page = client.get(reverse("triage:mention", args=[asked.pk])).content.decode()
    assert "Many engineers, patient." in page
    client.force_login(ada)
    page = client.get(reverse("admin:monitoring_channel_change", args=[note.channel_id])).content.decode()
    assert "Many engineers, patient." in page

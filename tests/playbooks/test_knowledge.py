"""Approved answers: found by words per language, only while in force, approved by another than their author."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import BellItem
from playbooks.knowledge import FITS_WELL, ApprovalError, approve, call_outdated, matches
from playbooks.knowledge_score import score
from playbooks.models import KnowledgeEntry, KnowledgeFeedback
from tests.make import NOON, make_mention
from tests.playbooks.knowledge_cases import ENTRIES, FOUND, NOT_FOUND

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(maya, pedro) -> dict[str, KnowledgeEntry]:
    return {
        name: KnowledgeEntry.objects.create(
            question_en=en, also_en=also_en, question_de=de, also_de=also_de,
            answer_en=f"{name}.", answer_de=f"{name}!", owner=maya, author=maya, approved_by=pedro, approved_at=NOON,
        )
        for name, (en, also_en, de, also_de) in ENTRIES.items()
    }  # fmt: skip


def test_thirty_four_mentions_find_their_answer_or_none(entries):
    """Precise first: an answer that does not fit costs more trust than one that must be looked up."""
    texts = dict(enumerate([(language, text) for language, text, _name in FOUND] + NOT_FOUND))
    found = matches(texts)
    names = {entry.pk: name for name, entry in entries.items()}
    best = {key: (names[rows[0].entry], rows[0].score) for key, rows in found.items() if rows}

    wrong = [(texts[key], best.get(key)) for key in range(len(FOUND)) if best.get(key, ("", 0))[0] != FOUND[key][2]]
    assert not wrong, "the best is another"
    unsure = [(texts[key], best[key]) for key in range(len(FOUND)) if best[key][1] < FITS_WELL]
    assert len(unsure) <= 2, unsure
    claimed = [
        (texts[key], best[key]) for key in range(len(FOUND), len(texts)) if best.get(key, ("", 0))[1] >= FITS_WELL
    ]
    assert not claimed, "these are no such questions"


def test_it_costs_two_queries_for_one_text_and_for_a_hundred(entries):
    for count in (1, 100):
        with CaptureQueriesContext(connection) as queries:
            matches(dict.fromkeys(range(count), ("de", "Wie lange dauert die Lieferung?")))
        assert len(queries) == 2


def test_what_expired_or_waits_for_approval_fits_nothing(entries):
    asked = {1: ("en", "How long does delivery take?")}
    today = timezone.now().date()
    entry = KnowledgeEntry.objects.filter(pk=entries["delivery"].pk)
    entry.update(valid_until=today)
    assert matches(asked)[1][0].entry == entries["delivery"].pk
    entry.update(valid_until=today - timedelta(days=2))
    assert all(match.entry != entries["delivery"].pk for match in matches(asked).get(1, []))
    entry.update(valid_until=None, approved_by=None)
    assert all(match.entry != entries["delivery"].pk for match in matches(asked).get(1, []))


def test_without_entries_nothing_is_asked():
    with CaptureQueriesContext(connection) as queries:
        assert matches({1: ("en", "How long does delivery take?")}) == {}
    assert len(queries) == 1


def test_one_shared_stem_is_a_hint_and_no_match():
    weight = {"order": 1.0, "arriv": 1.0}
    assert score({"order", "pizza"}, [{"order"}], weight) == 0.5
    assert score({"order", "arriv"}, [{"order", "arriv"}], weight) == 1.0
    assert score(set(), [{"order"}], weight) == score({"order"}, [set()], weight) == 0


def test_nobody_approves_what_they_wrote_and_the_database_says_so_too(entries, maya, pedro):
    entry = entries["lid"]
    with pytest.raises(ApprovalError):
        approve(entry.pk, by=maya, now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        KnowledgeEntry.objects.filter(pk=entry.pk).update(approved_by=maya)


def test_an_outdated_answer_rings_its_owner_once_until_somebody_settles_it(entries, maya, pedro, lea):
    entry, mention = entries["lid"], make_mention()
    assert call_outdated(entry, mention_id=mention.pk, by=lea)
    assert not call_outdated(entry, mention_id=mention.pk, by=lea)
    assert BellItem.objects.filter(person=maya).count() == 1
    approve(entry.pk, by=pedro, now=NOON)
    assert KnowledgeFeedback.objects.get().settled_at == NOON


def test_changing_the_words_takes_the_approval_back_and_a_pr_lead_gives_it_in_the_browser(
    client, entries, ada, pedro, sam
):
    entry = entries["voltage"]
    client.force_login(ada)
    address = reverse("admin:playbooks_knowledgeentry_change", args=[entry.pk])
    form = client.get(address).context["adminform"].form
    data = {field.html_name: field.value() or "" for field in form}
    assert "No such placeholder: {toy}" in client.post(address, data | {"answer_en": "No {toy}."}).content.decode()
    assert client.post(address, data | {"answer_en": "No, 230 V only."}).status_code == 302
    entry.refresh_from_db()
    assert (entry.author, entry.approved_by) == (ada, None)

    give = reverse("playbooks:approve-answer", args=[entry.pk])
    client.post(give)
    entry.refresh_from_db()
    assert entry.approved_by is None, "ada wrote it"
    client.force_login(sam)
    assert client.post(give).status_code == 403
    assert client.get(reverse("playbooks:knowledge")).status_code == 403
    client.force_login(pedro)
    assert "Waits for approval" in client.get(reverse("playbooks:knowledge"), {"q": "volts"}).content.decode()
    client.post(give)
    entry.refresh_from_db()
    assert entry.approved_by == pedro

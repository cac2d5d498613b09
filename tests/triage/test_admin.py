import pytest
from django.urls import reverse

from tests.triage.conftest import THANKS
from tests.triage.test_decide import NO_RISK
from triage.models import Decision, Reply, Suggestion, Triage
from triage.reply import respond

RECORDS = (Triage, Suggestion, Decision, Reply)


@pytest.fixture
def decided(arrive, maya) -> None:
    triage = arrive(read=THANKS)
    said = {"by": maya, "rev": 1, "via": Decision.Via.CONSOLE, "answers": NO_RISK}
    respond(triage.pk, text="Thank you!", **said)


def address(model: type, act: str, *args: object) -> str:
    return reverse(f"admin:triage_{model._meta.model_name}_{act}", args=args)


@pytest.mark.parametrize("model", RECORDS)
def test_what_was_decided_is_read_and_not_changed(client, ada, decided, model):
    client.force_login(ada)
    row = model.objects.get()
    change = address(model, "change", row.pk)
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(change).status_code == 200
    assert client.post(change, {"reason": "another"}).status_code == 403
    assert client.get(address(model, "add")).status_code == 403
    assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.count() == 1


def test_the_admin_counts_no_further_than_it_lists(client, ada, arrive, monkeypatch):
    monkeypatch.setattr("plumbing.capped_paginator.MOST_LISTED", 2)
    for _number in range(3):
        arrive()
    client.force_login(ada)
    assert client.get(address(Triage, "changelist")).context["cl"].result_count == 2


def test_sam_sees_nothing_of_it(client, sam, decided):
    sam.is_staff = True
    sam.save()
    client.force_login(sam)
    for model in RECORDS:
        assert client.get(address(model, "changelist")).status_code == 403

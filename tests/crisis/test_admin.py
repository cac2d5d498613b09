"""Admins edit contact methods and read what happened; nobody changes what happened."""

import pytest
from django.urls import reverse

from crisis.escalate import acknowledge, advance_due
from crisis.models import (
    Acknowledgement,
    ContactMethod,
    DeliveryAttempt,
    EngineHeartbeat,
    Escalation,
    Notification,
    Page,
    TimelineEntry,
)
from crisis.notify import deliver_lane
from tests.crisis.make import make_contact, make_escalation

RECORDS = (Acknowledgement, DeliveryAttempt, EngineHeartbeat, Escalation, Notification, Page, TimelineEntry)
pytestmark = pytest.mark.django_db


@pytest.fixture
def happened(pedro) -> None:
    make_contact(pedro)
    escalation = make_escalation()
    advance_due()
    deliver_lane("in_app")
    acknowledge(escalation.pk, pedro, "console")


def address(model: type, act: str, *args: object) -> str:
    return reverse(f"admin:crisis_{model._meta.model_name}_{act}", args=args)


@pytest.mark.parametrize("model", RECORDS)
def test_what_happened_is_read_and_not_changed(client, ada, happened, model):
    client.force_login(ada)
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "add")).status_code == 403
    for row in model.objects.all():
        assert client.get(address(model, "change", row.pk)).status_code == 200
        assert client.post(address(model, "change", row.pk), {}).status_code == 403
        assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_the_digest_of_a_link_is_not_shown(client, ada, happened):
    client.force_login(ada)
    page = Page.objects.get()
    assert page.link_digest not in client.get(address(Page, "change", page.pk)).content.decode()


def test_ada_adds_a_contact_method(client, ada, pedro):
    client.force_login(ada)
    form = {"person": pedro.pk, "kind": "email", "address": "no address", "position": 1}
    assert client.post(address(ContactMethod, "add"), form).status_code == 200
    client.post(address(ContactMethod, "add"), form | {"address": "pedro@example.test"})
    assert ContactMethod.objects.get().address == "pedro@example.test"


def test_ada_switches_a_dead_address_on_again(client, ada, pedro):
    contact = make_contact(pedro)
    client.force_login(ada)
    for action, is_off in (("switch_off", True), ("switch_on", False)):
        client.post(address(ContactMethod, "changelist"), {"action": action, "_selected_action": [contact.pk]})
        contact.refresh_from_db()
        assert (contact.disabled_at is not None) == is_off
    assert client.get(address(ContactMethod, "changelist")).status_code == 200


def test_the_admin_counts_no_further_than_it_lists(client, ada, happened, monkeypatch):
    monkeypatch.setattr("plumbing.capped_paginator.MOST_LISTED", 1)
    client.force_login(ada)
    assert TimelineEntry.objects.count() > 1
    assert client.get(address(TimelineEntry, "changelist")).context["cl"].result_count == 1


@pytest.mark.parametrize("model", [*RECORDS, ContactMethod])
def test_sam_is_refused(client, sam, model):
    client.force_login(sam)
    assert client.get(address(model, "changelist")).status_code in (302, 403)

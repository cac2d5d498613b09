"""Pages by signed webhook, against a real server on loopback."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from standardwebhooks import Webhook

from crisis.escalate import advance_due
from crisis.models import ContactMethod, DeliveryAttempt
from crisis.notifiers.protocol import NotifierError
from crisis.notifiers.webhook import WebhookNotifier
from crisis.notify import deliver_lane
from plumbing.standard_webhooks import new_secret
from tests.crisis.make import make_contact, make_escalation
from tests.crisis.test_notifier_email import MESSAGE
from tests.loopback import Answer, Loopback, serving
from tests.make import make_user

SECRETS = (new_secret(), new_secret())


@pytest.fixture
def receiver(settings) -> Iterator[Loopback]:
    with serving(lambda asked: Answer(204)) as server:
        settings.OUTBOUND_ALLOW = [server.host_port]
        yield server


def test_a_page_arrives_signed_with_every_secret_and_under_one_id(receiver):
    receipts = [WebhookNotifier().send(receiver.url("/pages"), MESSAGE, SECRETS) for _time in range(2)]
    first, second = receiver.asked
    for secret in SECRETS:
        event = Webhook(secret).verify(first.body, dict(first.headers))
    assert event["type"] == "page.sent"
    assert (event["data"]["page"], event["data"]["link"]) == (MESSAGE.page_id, MESSAGE.link)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == receipts[0].id
    assert receipts[0].code == 204


@pytest.mark.parametrize(
    ("status", "permanent", "refuses_us"),
    [
        (302, True, False),
        (404, True, False),
        (410, True, False),
        (401, False, True),
        (429, False, False),
        (500, False, False),
    ],
)
def test_what_an_answer_means(receiver, status, permanent, refuses_us):
    receiver.answer = lambda asked: Answer(status, headers={"location": "/", "retry-after": "7"})
    with pytest.raises(NotifierError) as failed:
        WebhookNotifier().send(receiver.url(), MESSAGE, SECRETS)
    error = failed.value
    assert (error.permanent, error.refuses_us, error.code, error.retry_after) == (permanent, refuses_us, status, 7.0)
    assert len(receiver.asked) == 1


def test_what_breaks_after_it_was_sent_is_unknown_and_a_private_address_is_refused(receiver, settings):
    def break_off(asked):
        raise ConnectionResetError

    receiver.answer = break_off
    with pytest.raises(NotifierError) as failed:
        WebhookNotifier().send(receiver.url(), MESSAGE, SECRETS)
    assert failed.value.unknown
    settings.OUTBOUND_ALLOW = []
    with pytest.raises(NotifierError) as refused:
        WebhookNotifier().send(receiver.url(), MESSAGE, SECRETS)
    assert (refused.value.permanent, refused.value.unknown) == (True, False)
    assert "127.0.0.1" not in refused.value.detail


@pytest.mark.django_db(transaction=True)
def test_gone_for_good_switches_the_contact_method_off_in_sight(receiver):
    person = make_user(roles=("pr_lead",))
    contact = make_contact(person, receiver.url(), kind="webhook", secrets=SECRETS[0])
    receiver.answer = lambda asked: Answer(410)
    make_escalation()
    advance_due()
    assert deliver_lane("webhook") == 1
    contact.refresh_from_db()
    assert contact.disabled_at
    assert contact.disabled_reason == "HTTP 410"
    assert DeliveryAttempt.objects.get(notification__lane="webhook").outcome == "permanent"


@pytest.mark.django_db
def test_its_secret_is_shown_once_and_rotates(client, ada, maya):
    client.force_login(ada)
    fields = {"person": maya.pk, "kind": "webhook", "address": "https://chat.example/hook", "position": 1}
    page = client.post(reverse("admin:crisis_contactmethod_add"), fields)
    contact = ContactMethod.objects.get(kind="webhook")
    (first,) = contact.signing_secrets
    assert first in page.content.decode()
    assert first not in client.get(reverse("admin:crisis_contactmethod_change", args=[contact.pk])).content.decode()
    url = reverse("admin:crisis_contactmethod_changelist")
    client.post(url, {"action": "new_secret", "_selected_action": [contact.pk]})
    contact.refresh_from_db()
    assert (len(contact.signing_secrets), contact.signing_secrets[1]) == (2, first)
    client.post(url, {"action": "retire_older_secrets", "_selected_action": [contact.pk]})
    contact.refresh_from_db()
    assert len(contact.signing_secrets) == 1
    assert first not in contact.signing_secrets


@pytest.mark.django_db
def test_an_address_must_be_one_of_the_web(client, ada, maya):
    client.force_login(ada)
    fields = {"person": maya.pk, "kind": "webhook", "address": "ftp://chat.example/hook", "position": 1}
    assert client.post(reverse("admin:crisis_contactmethod_add"), fields).status_code == 200
    assert not ContactMethod.objects.filter(kind="webhook").exists()

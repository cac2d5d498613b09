"""Every kind of contact method and what sends to it. A new kind is one file and one line."""

from collections.abc import Mapping

from crisis.notifiers.email import EmailNotifier
from crisis.notifiers.in_app import InAppNotifier
from crisis.notifiers.protocol import Notifier
from crisis.notifiers.webhook import WebhookNotifier

NOTIFIERS: Mapping[str, Notifier] = {
    "in_app": InAppNotifier(),
    "email": EmailNotifier(),
    "webhook": WebhookNotifier(),
}

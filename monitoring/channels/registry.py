"""The kinds of channel there are: one line each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from monitoring.channels.feed import FeedSource
from monitoring.channels.protocol import Account, Publisher, Source, Webhook
from monitoring.channels.webhook import StandardWebhook, WebhookPublisher


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """`open_source` makes the source from a channel's address; `webhook` checks and reads what its platform calls us
    with; `open_publisher` makes what speaks through it. Kinds without any are handed mentions by people and by the API.
    """

    label: Promise
    open_source: Callable[[str], Source] | None = None
    webhook: Webhook | None = None
    open_publisher: Callable[[Account], Publisher] | None = None


KINDS: Mapping[str, ChannelKind] = {
    "feed": ChannelKind(_("Feed (RSS, Atom, JSON Feed)"), FeedSource),
    "file": ChannelKind(_("File import (JSONL, CSV)")),
    "api": ChannelKind(_("HTTP API")),
    "webhook": ChannelKind(_("Signed webhook"), None, StandardWebhook(), WebhookPublisher),
}
POLLED = tuple(kind for kind, spec in KINDS.items() if spec.open_source)

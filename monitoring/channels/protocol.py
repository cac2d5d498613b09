"""What every kind of channel speaks: plain data in, plain data out, one error type.

An adapter imports this file and plumbing, nothing else of ours, and knows neither the database nor another adapter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from plumbing.standard_webhooks import Verified


class Op(StrEnum):
    UPSERT = "upsert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class IncomingAuthor:
    """Who wrote it, as far as the channel says: empty fields and None mean that it does not."""

    external_id: str
    handle: str = ""
    display_name: str = ""
    followers: int | None = None
    verified: bool | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class IncomingMention:
    """One post as a channel hands it over. `posted_at` is aware; None where the channel does not say."""

    external_id: str  # unique per channel, stable across edits: the post, never the notification
    op: Op = Op.UPSERT
    revision: str = ""  # CID, edited_at, etag
    text: str = ""
    posted_at: datetime | None = None
    url: str = ""
    language: str = ""
    kind: str = "post"
    visibility: str = "public"
    author: IncomingAuthor | None = None
    in_reply_to: str = ""
    conversation: str = ""
    engagement: Mapping[str, int | None] = field(default_factory=dict)
    attachments: Sequence[Mapping[str, str]] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of what came in; `reason` is a msgid."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch brought. `cursor` is opaque and is kept in one transaction with the items."""

    items: Sequence[IncomingMention]
    cursor: str | None
    more: bool = False
    gap: bool = False  # continuity cannot be proved
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the platform allows and can do."""

    max_graphemes: int | None = None
    retention: timedelta | None = None
    recheck: timedelta = timedelta(days=1)
    exportable: bool = True
    native_idempotency: bool = False


class ChannelError(Exception):
    """Why a channel gave nothing. `permanent`: somebody has to change something before it works again."""

    def __init__(
        self, reason: str, *, permanent: bool = False, detail: str = "", retry_after: timedelta | None = None
    ) -> None:
        super().__init__(f"{reason} ({detail})" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.permanent = permanent
        self.retry_after = retry_after


class Source(Protocol):
    """A channel that can be asked for what is new."""

    terms: Terms

    def fetch(self, cursor: str | None, limit: int) -> Batch:
        """At most `limit` items after `cursor`, oldest first. Raises ChannelError."""
        ...


class Webhook(Protocol):
    """A kind of channel whose platform calls us."""

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> Verified:
        """The platform's id of this delivery, and which secret signed it. Raises SignatureRefused."""
        ...

    def unpack(self, body: bytes) -> Sequence[Any]:
        """What is kept of a body, one entry per mention. Raises ChannelError."""
        ...

    def read(self, raw: Any, channel: str) -> IncomingMention | list[Problem]:
        """One entry as a mention of the channel with this slug, checked, or all that is wrong with it."""
        ...


class Sent(StrEnum):
    """What became of a post. Only SENT and REFUSED and LATER are certain; after UNKNOWN a person looks."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Account:
    """Where a channel posts, and with what it signs: every secret in use."""

    channel: str
    address: str
    secrets: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text that is to stand in public; `key` is the same in every attempt. Without `parent_id` it answers nothing."""

    key: str
    text: str
    language: str
    written_at: datetime
    parent_id: str = ""
    parent_url: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """`reason` is a msgid. `is_closed`: nothing will ever be taken there again. `retry_after` counts seconds."""

    state: Sent
    external_id: str = ""
    url: str = ""
    reason: str = ""
    detail: str = ""
    code: int | None = None
    retry_after: float | None = None
    is_closed: bool = False


class Publisher(Protocol):
    """A channel through which we can speak. It keeps its own limit: ten seconds in all."""

    def post(self, outgoing: Outgoing) -> Posted:
        """Says it once. Raises nothing: what it cannot tell is UNKNOWN."""
        ...

"""Signatures as the Standard Webhooks specification has them: made with every secret in use, checked against each.

Bytes are signed as they travel, `now` is passed in, and a malformed header is no signature rather than an error.
"""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
SHORTEST_KEY, LONGEST_KEY = 24, 64  # bytes, as the specification has them
LONGEST_ID = 200
MOST_SIGNATURES = 16
SECONDS = re.compile(r"\d{1,11}", re.ASCII)

MISSING = _("The headers webhook-id, webhook-timestamp and webhook-signature are required.")
MALFORMED = _("A header of the signature is malformed.")
TOO_OLD = _("The timestamp is too old.")
TOO_NEW = _("The timestamp lies in the future.")
NO_FIT = _("No signature fits.")


@dataclass(frozen=True, slots=True)
class Verified:
    """Who signed with the secret number `place` sends the message `message_id`."""

    message_id: str
    place: int


class SignatureRefused(Exception):
    """Why a message is not believed; `reason` is a msgid."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The key in `whsec_…`; ValueError where it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise ValueError("too short or too long")
    return key


def signed_headers(message_id: str, body: bytes, given: Sequence[str], now: datetime) -> dict[str, str]:
    """The three headers, with one signature per secret, so that both sides may rotate without a gap."""
    timestamp = str(int(now.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_signature(secret, message_id, timestamp, body)}" for secret in given),
    }


def verify(headers: Mapping[str, str], body: bytes, given: Sequence[str], now: datetime) -> Verified:
    """Raises SignatureRefused. Every secret is compared with every signature, whichever fits first."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    message_id, timestamp, signatures = (headers.get(name, "").strip() for name in names)
    if not (message_id and timestamp and signatures):
        raise SignatureRefused(MISSING)
    if len(message_id) > LONGEST_ID or not SECONDS.fullmatch(timestamp):
        raise SignatureRefused(MALFORMED)
    age = now.timestamp() - int(timestamp)
    if abs(age) > TOLERANCE.total_seconds():
        raise SignatureRefused(TOO_OLD if age > 0 else TOO_NEW)
    offered = [one.removeprefix("v1,") for one in signatures.split()[:MOST_SIGNATURES] if one.startswith("v1,")]
    fits = [
        place for place, secret in enumerate(given) if _fits(_signature(secret, message_id, timestamp, body), offered)
    ]
    if not fits:
        raise SignatureRefused(NO_FIT)
    return Verified(message_id, fits[0])


def _fits(expected: str, offered: Sequence[str]) -> bool:
    return any(hmac.compare_digest(expected.encode(), one.encode()) for one in offered)


def _signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()

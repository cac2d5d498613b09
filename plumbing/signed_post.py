"""Posts JSON to another program's webhook, signed as Standard Webhooks has it."""

from collections.abc import Sequence
from datetime import datetime

from plumbing.http import Fetched, fetch
from plumbing.standard_webhooks import signed_headers

LARGEST_ANSWER = 64 * 1024


def post_signed(
    address: str, message_id: str, body: bytes, secrets: Sequence[str], now: datetime, *, deadline: float
) -> Fetched:
    """The receiver's answer, whatever its status, within `deadline` seconds; raises FetchError."""
    headers = {"content-type": "application/json", "accept": "application/json"}
    return fetch(
        address,
        method="POST",
        headers=headers | signed_headers(message_id, body, secrets, now),
        content=body,
        max_bytes=LARGEST_ANSWER,
        deadline=deadline,
    )

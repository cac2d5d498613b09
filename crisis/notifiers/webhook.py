"""Hands a page to another program, signed as Standard Webhooks has it: a chat, an incident tool, a gateway for SMS."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from crisis.notifiers.protocol import Message, NotifierError, Receipt
from crisis.tempo import SEND_IN_ALL
from plumbing.http import Fetched
from plumbing.retry_after import retry_after
from plumbing.signed_post import post_signed
from plumbing.vetted import FetchError

NOT_NOW = frozenset({408, 425, 429})


class WebhookNotifier:
    def send(self, address: str, message: Message, secrets: Sequence[str] = ()) -> Receipt:
        if not secrets:
            raise NotifierError("There is no signing secret.", permanent=True)
        now = datetime.now(UTC)
        body, key = event(message, now), message_id(message)
        try:
            answer = post_signed(address, key, body, secrets, now, deadline=SEND_IN_ALL)
        except FetchError as error:
            raise NotifierError(error.reason, permanent=error.permanent, unknown=error.may_have_arrived) from error
        if not 200 <= answer.status < 300:
            raise refusal(answer, now)
        return Receipt(key, answer.status)


def event(message: Message, now: datetime) -> bytes:
    data = {
        "page": message.page_id,
        "subject": message.subject,
        "lines": message.lines,
        "link": message.link,
        "link_label": message.link_label,
        "language": message.language,
    }
    kind = "page.sent" if message.asks_for_answer else "page.stood_down"
    return json.dumps({"type": kind, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False).encode()


def message_id(message: Message) -> str:
    """The same on every retry, so that the receiver can drop what it has."""
    return f"page_{message.page_id}_{hashlib.sha256(message.key.encode()).hexdigest()[:16]}"


def refusal(answer: Fetched, now: datetime) -> NotifierError:
    """410 and what the receiver will never take end the contact method; 401 and 403 are about us."""
    status = answer.status
    pause = retry_after(answer.headers.get("retry-after", ""), now)
    is_final = 300 <= status < 500 and status not in NOT_NOW
    refuses_us = status in (401, 403)
    return NotifierError(
        f"HTTP {status}",
        permanent=is_final and not refuses_us,
        refuses_us=refuses_us,
        retry_after=pause.total_seconds() if pause else None,
        code=status,
    )

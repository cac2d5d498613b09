"""A signed webhook: another program hands us mentions.

In: Standard Webhooks signature, and as body one mention of the contract, a list of them, or either as the `data` of an
event. Out: our replies, one signed event each, as docs/webhooks.md describes it for the receiver.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from monitoring.channels.protocol import Account, ChannelError, IncomingMention, Outgoing, Posted, Sent
from monitoring.channels.validate import Problem, parse_mention
from plumbing.http import Fetched
from plumbing.retry_after import retry_after
from plumbing.signed_post import post_signed
from plumbing.standard_webhooks import Verified, verify
from plumbing.vetted import FetchError

SEND_SECONDS = 10.0
LATER = frozenset({408, 425, 429, 503})
NOT_JSON = _("The body is not JSON.")
OTHER_CHANNEL = _("This mention belongs to another channel.")


class StandardWebhook:
    """What hands us mentions at `/hooks/{channel}/`."""

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> Verified:
        return verify(headers, body, secrets, now)

    def unpack(self, body: bytes) -> list[Any]:
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ChannelError(NOT_JSON) from error
        if isinstance(data, dict) and isinstance(data.get("type"), str) and "data" in data:
            data = data["data"]
        return data if isinstance(data, list) else [data]

    def read(self, raw: Any, channel: str) -> IncomingMention | list[Problem]:
        named = raw.get("channel") if isinstance(raw, dict) else None
        if named not in (None, "", channel):
            return [Problem("channel", OTHER_CHANNEL)]
        return parse_mention(raw)


class WebhookPublisher:
    """Hands our replies to a program that posts them."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def post(self, outgoing: Outgoing) -> Posted:
        address, secrets = self.account.address, self.account.secrets
        if not (address and secrets):
            return Posted(Sent.REFUSED, reason=_("The channel lacks an address or a signing secret."))
        now = datetime.now(UTC)
        body = _event(self.account.channel, outgoing)
        try:
            answer = post_signed(address, outgoing.key, body, secrets, now, deadline=SEND_SECONDS)
        except FetchError as error:
            return Posted(_of_error(error), reason=error.reason, detail=error.detail)
        return _of_answer(answer, now)


def _event(channel: str, outgoing: Outgoing) -> bytes:
    data = {
        "id": outgoing.key,
        "channel": channel,
        "text": outgoing.text,
        "language": outgoing.language or None,
        "in_reply_to": {"external_id": outgoing.parent_id, "url": outgoing.parent_url or None},
    }
    event = {"type": "reply.written", "timestamp": outgoing.written_at.isoformat(), "data": data}
    return json.dumps(event, ensure_ascii=False).encode()


def _of_error(error: FetchError) -> Sent:
    """Certain that nothing arrived only where nothing was written."""
    if error.may_have_arrived:
        return Sent.UNKNOWN
    return Sent.REFUSED if error.permanent else Sent.LATER


def _of_answer(answer: Fetched, now: datetime) -> Posted:
    status, detail = answer.status, f"HTTP {answer.status}"
    if 200 <= status < 300:
        external_id, url = _where(answer.body)
        return Posted(Sent.SENT, external_id, url, detail=detail, code=status)
    if status in LATER:
        pause = retry_after(answer.headers.get("retry-after", ""), now)
        seconds = pause.total_seconds() if pause else None
        reason = _("The receiver asks us to come back later.")
        return Posted(Sent.LATER, reason=reason, detail=detail, code=status, retry_after=seconds)
    if status >= 500:
        reason = _("The receiver failed, and may have posted it.")
        return Posted(Sent.UNKNOWN, reason=reason, detail=detail, code=status)
    return Posted(Sent.REFUSED, reason=_refusal(status), detail=detail, code=status, is_closed=status == 410)


def _refusal(status: int) -> str:
    if status == 410:
        return _("The receiver has closed for good.")
    if status in (401, 403):
        return _("The receiver does not accept our signature.")
    if 300 <= status < 400:
        return _("The receiver redirects, and redirects are not followed.")
    return _("The receiver refuses it.")


def _where(body: bytes) -> tuple[str, str]:
    """Where the receiver says that it stands; empty where it does not say, or not so that it can be kept."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    found = said if isinstance(said, dict) else {}
    looked = parse_mention({"external_id": found.get("external_id") or "-", "url": found.get("url"), "deleted": True})
    if not isinstance(looked, IncomingMention):
        return "", ""
    return "" if looked.external_id == "-" else looked.external_id, looked.url

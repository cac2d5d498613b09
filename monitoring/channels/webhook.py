"""A signed webhook: another program hands us mentions.

In: Standard Webhooks signature, and as body one mention of the contract, a list of them, or either as the `data` of an
event.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from monitoring.channels.protocol import ChannelError, IncomingMention
from monitoring.channels.validate import Problem, parse_mention
from plumbing.standard_webhooks import Verified, verify

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

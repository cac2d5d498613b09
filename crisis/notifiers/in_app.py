"""Rings a person's bell in the console. The address is the person's id."""

from collections.abc import Sequence

from accounts import bell
from crisis.notifiers.protocol import Message, Receipt


class InAppNotifier:
    def send(self, address: str, message: Message, secrets: Sequence[str] = ()) -> Receipt:
        group = bell.Group.NEEDS_YOU if message.asks_for_answer else bell.Group.INFORMATION
        bell.ring(int(address), group=group, key=message.key, title=message.subject, url=message.console_path)
        return Receipt(message.key)

"""What every notifier is given, what it answers, and the one way in which it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told, in their language and zone; each notifier gives it its form.

    `key` is the same on every retry, so that the other side can drop what it has already. Nothing in a message was
    written by a stranger.
    """

    key: str
    page_id: str
    subject: str
    lines: tuple[str, ...]
    footer: str
    link: str
    link_label: str
    console_path: str
    language: str
    asks_for_answer: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side has it, under its own id."""

    id: str
    code: int | None = None


class NotifierError(Exception):
    """It was not delivered, or nobody knows.

    `permanent`: this contact method will never work. `unknown`: the other side may have it. `refuses_us`: our
    credentials or our message, not the person's address, are at fault. Else it is worth another try, not sooner than
    in `retry_after` seconds.
    """

    def __init__(
        self,
        detail: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        refuses_us: bool = False,
        retry_after: float | None = None,
        code: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.permanent = permanent
        self.unknown = unknown
        self.refuses_us = refuses_us
        self.retry_after = retry_after
        self.code = code


class Notifier(Protocol):
    """One way out. It keeps its own time limits: five seconds to connect, ten in all.

    `secrets` are those of the contact method, newest first; ways that sign use every one.
    """

    def send(self, address: str, message: Message, secrets: Sequence[str] = ()) -> Receipt: ...

"""The mails that Django's file backend wrote instead of sending them, read back for a person to look at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from email.utils import parsedate_to_datetime
from pathlib import Path

NAME = re.compile(r"\d{8}-\d{6}-\d+\.log")
BETWEEN = re.compile(rb"^-{79}$", re.MULTILINE)  # what the backend writes after each mail of a file
LIMIT = 200
BROKEN = "(not readable)"


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail: `name` is its file's, `number` its place in the file, from 0."""

    name: str
    number: int
    subject: str
    sender: str
    to: str
    at: datetime
    text: str


def newest(folder: Path, limit: int = LIMIT) -> list[KeptMail]:
    """The mails of the newest files, newest first; a folder that does not exist yet holds none."""
    names = sorted((path.name for path in folder.glob("*.log")), reverse=True) if folder.is_dir() else []
    mails: list[KeptMail] = []
    for name in names:
        mails.extend(reversed(mails_in(folder, name)))
        if len(mails) >= limit:
            break
    return mails[:limit]


def mails_in(folder: Path, name: str) -> list[KeptMail]:
    """The mails of one file; none when the name is not one the backend makes, or the file is gone."""
    if not NAME.fullmatch(name):
        return []
    try:
        content = (folder / name).read_bytes()
    except OSError:
        return []
    pieces = [piece.strip(b"\n") for piece in BETWEEN.split(content)]
    return [read_mail(name, number, piece) for number, piece in enumerate(filter(None, pieces))]


def read_mail(name: str, number: int, source: bytes) -> KeptMail:
    message = message_from_bytes(source, _class=EmailMessage, policy=modern)
    return KeptMail(
        name=name,
        number=number,
        subject=str(message["subject"] or ""),
        sender=str(message["from"] or ""),
        to=str(message["to"] or ""),
        at=sent_at(str(message["date"] or ""), name),
        text=plain_text(message),
    )


def sent_at(date: str, name: str) -> datetime:
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        return datetime.strptime(name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)


def plain_text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    if body is None:
        return ""
    try:
        return body.get_content()
    except (LookupError, ValueError):
        return BROKEN


def linked(text: str, public_url: str) -> Iterator[tuple[str, str]]:
    """Cuts a text into `(piece, address)`; only addresses of this console become links, others stay text."""
    ours = re.compile(re.escape(public_url) + r"(?:/[^\s<>\"'()]*)?(?=$|[\s<>\"'()])")
    position = 0
    for match in ours.finditer(text):
        yield text[position : match.start()], ""
        yield match.group(), match.group()
        position = match.end()
    yield text[position:], ""

"""One play: its mentions arrive while somebody looks on, and are taken away again when it is over.

Everything of it goes by `play-<run>-` in its external ids, so that it can be told from whatever else is in the console.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from config.demo.script import AUTHORS, FOLDER, read_yaml
from config.demo.stage import take
from crisis.escalate import resolve
from crisis.models import Escalation
from crisis.models.escalation import EscalationQuerySet
from monitoring.ingest import Status
from monitoring.models import Mention
from playbooks.durations import duration

FILE = Path(__file__).with_name("lines.yaml")
PREFIX = "play-"
LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Run:
    """What a session keeps of a play; `started_at` in ISO 8601."""

    id: str
    language: str
    started_at: str

    @classmethod
    def begin(cls, language: str, now: datetime) -> "Run":
        return cls(secrets.token_hex(4), language if language in LANGUAGES else LANGUAGES[0], now.isoformat())

    @classmethod
    def of(cls, kept: Any) -> "Run | None":
        """From what a session holds; None for anything else."""
        try:
            return cls(**kept)
        except TypeError:
            return None

    @property
    def prefix(self) -> str:
        return f"{PREFIX}{self.id}-"

    @property
    def batch(self) -> str:
        return f"{int(self.id[:4], 16):05}"

    def as_kept(self) -> dict[str, str]:
        return asdict(self)

    def mentions(self) -> QuerySet[Mention]:
        return Mention.objects.filter(external_id__startswith=self.prefix).order_by("pk")

    def escalations(self) -> EscalationQuerySet:
        return Escalation.objects.filter(mention__in=self.mentions()).order_by("pk")


@dataclass(frozen=True, slots=True)
class PlayLine:
    channel: str
    after: timedelta
    data: Mapping[str, Any]


def arrive(run: Run, now: datetime) -> int:
    """Hands in what is due by now and has not come yet, through the door of the API; returns how many that were."""
    elapsed = now - datetime.fromisoformat(run.started_at)
    there = set(run.mentions().values_list("external_id", flat=True))
    due = [line for line in lines_of(run, now) if line.after <= elapsed and line.data["external_id"] not in there]
    for line in due:
        take(line.channel, [line.data], now, Status.CREATED)
    return len(due)


def clear_away(run: Run, by: User) -> None:
    """Closes what was called and lets the authors delete their posts: the queue is as before, the records stay."""
    for escalation in run.escalations().open():
        resolve(escalation.pk, by)
    for mention in run.mentions().filter(deleted_at=None).select_related("channel"):
        gone = {"external_id": mention.external_id, "deleted": True}
        take(mention.channel.slug, [gone], mention.received_at, Status.DELETED)


def lines_of(run: Run, posted_at: datetime) -> Iterator[PlayLine]:
    authors = read_yaml(FOLDER / AUTHORS)["authors"]
    for fields in read_yaml(FILE)["lines"]:
        author = {name: value for name, value in authors[fields["author"]].items() if name not in ("kind", "by_us")}
        data = {
            "external_id": f"{run.prefix}{fields['id']}",
            "text": fields[run.language].format(batch=run.batch),
            "language": run.language,
            "posted_at": posted_at.isoformat(),
            "author": author,
            "engagement": {name: fields[name] for name in ("likes", "shares") if name in fields},
            "attachments": list(pictures(fields, run.language)),
        }
        yield PlayLine(fields["channel"], duration(fields["after"]), data)


def pictures(fields: Mapping[str, Any], language: str) -> Iterator[dict[str, str]]:
    if picture := fields.get("picture"):
        yield {"type": "image", "url": "https://media.example/r5-lid.jpg", "description": picture[language]}

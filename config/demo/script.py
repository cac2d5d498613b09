"""Reads mentions/*.yaml: who says what, when it is said, and what the people of the demo have decided about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from playbooks.durations import duration

FOLDER = Path(__file__).with_name("mentions")
AUTHORS = "authors.yaml"


@dataclass(frozen=True, slots=True)
class Call:
    """How a past escalation went on. `taken_by` is empty where nobody had to take it over before it was closed."""

    closed: str
    closed_after: timedelta
    taken_by: str = ""
    after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided `after` so long: the answers they gave besides "no danger", and their words."""

    disposition: str
    by: str = "maya"
    after: timedelta | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    reply: str = ""
    severity: str | None = None
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a post `after` so long: another text, or None when it was deleted."""

    after: timedelta
    text: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One mention of the script: said some days before the first start at a time of the day, or so long `ago`; or,
    with `after`, during the scene."""

    channel: str
    data: Mapping[str, Any]
    author: Mapping[str, Any]
    ago: timedelta | None
    after: timedelta | None
    day: int | None
    at: time | None
    decided: Decided | None
    changes: tuple[Change, ...]

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def is_past(self) -> bool:
        return self.after is None

    def posted_at(self, now: datetime) -> datetime:
        """When it was said, seen from `now`; times of the day are the console's."""
        if self.day is None or self.at is None:
            return now - (self.ago or timedelta(0))
        local = timezone.localtime(now, timezone.get_default_timezone())
        return datetime.combine(local.date() - timedelta(days=self.day), self.at, local.tzinfo)

    def as_json(self, posted_at: datetime) -> dict[str, Any]:
        """As the API takes it."""
        said, author = self.data, self.author
        return {
            "external_id": self.id,
            "text": said["text"],
            "language": said["language"],
            "posted_at": posted_at.isoformat(),
            "url": said.get("url", ""),
            "author": {name: value for name, value in author.items() if name not in ("kind", "by_us")},
            "in_reply_to": said.get("reply_to", ""),
            "conversation": said.get("conversation") or said.get("reply_to") or self.id,
            "engagement": {name: said[name] for name in ("likes", "shares") if name in said},
            "attachments": said.get("attachments", []),
        }


def read_script(folder: Path = FOLDER) -> list[Line]:
    """The past in the order of its files, then the scene in the order of being said."""
    authors = read_yaml(folder / AUTHORS)["authors"]
    files = sorted(path for path in folder.glob("*.yaml") if path.name != AUTHORS)
    lines = [read_line(fields, authors) for file in files for fields in read_yaml(file)["mentions"]]
    return sorted(lines, key=lambda line: line.after or timedelta(0))


def read_yaml(file: Path) -> dict[str, Any]:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def read_line(fields: Mapping[str, Any], authors: Mapping[str, Mapping[str, Any]]) -> Line:
    return Line(
        channel=fields["channel"],
        data=fields,
        author=authors[fields["author"]],
        ago=duration(fields["ago"]) if "ago" in fields else None,
        after=duration(fields["after"]) if "after" in fields else None,
        day=fields.get("day"),
        at=time.fromisoformat(fields["at"]) if "at" in fields else None,
        decided=read_decided(fields["decided"]) if "decided" in fields else None,
        changes=tuple(read_changes(fields)),
    )


def read_decided(fields: Mapping[str, Any]) -> Decided:
    call = fields.get("call")
    return Decided(**with_durations(fields) | {"call": Call(**with_durations(call)) if call else None})


def with_durations(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: duration(value) if name in ("after", "closed_after") else value for name, value in fields.items()}


def read_changes(fields: Mapping[str, Any]) -> Iterator[Change]:
    for edit in fields.get("edits", ()):
        yield Change(duration(edit["after"]), edit["text"])
    if deleted := fields.get("deleted"):
        yield Change(duration(deleted["after"]), None)

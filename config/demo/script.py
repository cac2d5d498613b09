"""Reads mentions.yaml: who says what, when it is said, and what maya has decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from playbooks.durations import duration

FILE = Path(__file__).with_name("mentions.yaml")


@dataclass(frozen=True, slots=True)
class Decided:
    """What maya decided: the answers she gave besides "no danger", and the reply or the reason in her words."""

    disposition: str
    answers: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One mention of the script. `ago`: said before the first start; `after`: said during the scene."""

    channel: str
    data: Mapping[str, Any]
    author: Mapping[str, Any]
    ago: timedelta | None
    after: timedelta | None
    decided: Decided | None

    @property
    def id(self) -> str:
        return self.data["id"]

    def as_json(self, posted_at: datetime) -> dict[str, Any]:
        """As the API takes it."""
        said = self.data
        return {
            "external_id": self.id,
            "text": said["text"],
            "language": said["language"],
            "posted_at": posted_at.isoformat(),
            "url": said.get("url", ""),
            "author": self.author,
            "in_reply_to": said.get("reply_to", ""),
            "conversation": said.get("conversation") or said.get("reply_to") or self.id,
            "engagement": {name: said[name] for name in ("likes", "shares") if name in said},
            "attachments": said.get("attachments", []),
        }


def read_script(file: Path = FILE) -> list[Line]:
    """In the order of being said: the oldest of the past first, then the scene."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    lines = [read_line(fields, content["authors"]) for fields in content["mentions"]]
    return sorted(lines, key=lambda line: (line.after or timedelta(0)) - (line.ago or timedelta(0)))


def read_line(fields: Mapping[str, Any], authors: Mapping[str, Mapping[str, Any]]) -> Line:
    return Line(
        channel=fields["channel"],
        data=fields,
        author=authors[fields["author"]],
        ago=duration(fields["ago"]) if "ago" in fields else None,
        after=duration(fields["after"]) if "after" in fields else None,
        decided=Decided(**fields["decided"]) if "decided" in fields else None,
    )

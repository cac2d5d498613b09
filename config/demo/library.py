"""What the demo company agreed beforehand: approved answers, where its rules stand, notes on its channels."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from accounts.models import User
from monitoring.models import Channel, WatchedTopic
from playbooks.knowledge import approve
from playbooks.models import ChannelNote, HousePage, KnowledgeEntry

FILE = Path(__file__).parent / "library.yaml"
PUBLIC_RULES = "https://www.brauhell.example/house-rules"
AUTHOR, APPROVER = "maya", "pedro"


def load_library(people: Mapping[str, User], now: datetime) -> None:
    """Makes what is missing; what somebody changed stays."""
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    HousePage.objects.filter(slug="house-rules", public_address="").update(public_address=PUBLIC_RULES)
    topic = WatchedTopic.objects.filter(slug="products").first()
    for answer in said["answers"]:
        load_answer(answer, topic, people, now)
    for slug, note in said["notes"].items():
        channel = Channel.objects.filter(slug=slug).first()
        if channel:
            ChannelNote.objects.get_or_create(channel=channel, defaults=note)


def load_answer(answer: dict[str, Any], topic: WatchedTopic | None, people: Mapping[str, User], now: datetime) -> None:
    """Approved by another person; one was valid until yesterday, and one waits for its approval."""
    days, waits = answer.pop("valid_for", None), answer.pop("waits", False)
    fields = answer | {"topic": topic, "owner": people[AUTHOR], "author": people[AUTHOR]}
    if days is not None:
        fields["valid_until"] = (now + timedelta(days=days)).date()
    entry, is_new = KnowledgeEntry.objects.get_or_create(question_en=answer["question_en"], defaults=fields)
    if is_new and not waits:
        approve(entry.pk, by=people[APPROVER], now=now)

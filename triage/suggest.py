"""Turns new readings into suggestions: facts, the walk through the trees, a severity, a deadline, a place in the queue.

A batch is one transaction over claimed rows, so any number of workers may run it and one may die at any line.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from monitoring.models import Mention, Reading
from playbooks.cover_hours import Covers, covers
from playbooks.current import Pace, due_at, matrix, published, start_trees, urgencies, urgency_of
from playbooks.decision_tree import walk
from playbooks.path import Path, Problem
from playbooks.request_types import request_type_of
from playbooks.responsibility import Responsible, responsibilities, who
from playbooks.rules import Fact, facts_as_json
from playbooks.severity_rules import LevelRules, SeverityProposal, higher, propose
from playbooks.tree import JUMP, Tree
from triage.facts import collect
from triage.models import Suggestion
from triage.models.suggestion import FAILED
from triage.queue import place, withdraw

log = logging.getLogger(__name__)

FAILED_SEVERITY = "L2"
FAILED_WITHIN = timedelta(hours=4)
NO_ANSWERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is agreed at this moment, read once per batch."""

    trees: Mapping[str, Tree]
    ids: Mapping[str, int]
    starts: Mapping[int | None, str]
    matrix: tuple[LevelRules, ...]
    paces: Mapping[str, Pace]
    covers: Covers
    responsible: tuple[Responsible, ...]

    @classmethod
    def now(cls) -> "Agreed":
        in_force = published()
        return cls(
            in_force.trees, in_force.ids, start_trees(), matrix(), urgencies(), covers(), responsibilities()
        )  # fmt: skip

    def start_of(self, channel_id: int) -> str:
        return self.starts.get(channel_id, self.starts[None])

    def trying(self, tree: Tree, version_id: int) -> "Agreed":
        """What would be agreed with this version in force."""
        return replace(self, trees={**self.trees, tree.slug: tree}, ids={**self.ids, tree.slug: version_id})

    def beginning_in(self, slug: str) -> "Agreed":
        """With every walk beginning in this playbook."""
        return replace(self, starts={None: slug})


def suggest_new(limit: int = 100) -> int:
    """Makes a suggestion for each of the oldest readings that nobody took up; returns how many it took up.

    By the database's clock. A mention that fails gets a suggestion that says so, and holds up no other; one that was
    deleted where it was posted gets none and leaves the queue.
    """
    with transaction.atomic():
        mentions = [reading.mention for reading in _claim(limit)]
        if mentions:
            _store([mention for mention in mentions if mention.deleted_at is None], Agreed.now())
            withdraw(mention.pk for mention in mentions if mention.deleted_at is not None)
            Reading.objects.filter(pk__in=[mention.pk for mention in mentions]).update(taken_up=True)
    return len(mentions)


def make_suggestion(
    mention: Mention, facts: Mapping[str, Fact], agreed: Agreed, answers: Mapping[str, str] = NO_ANSWERS
) -> Suggestion:
    """Unsaved. The same facts and versions always give the same path; `answers` are of a person who tries it."""
    start = agreed.start_of(mention.channel_id)
    path = walk(agreed.trees, start, facts, answers)
    proposal = propose(agreed.matrix, facts)
    return Suggestion(
        **_promised(mention, path, agreed),
        mention=mention,
        created_at=Now(),
        start=start,
        versions={slug: agreed.ids[slug] for slug in reachable(agreed.trees, start)},
        facts=facts_as_json(facts),
        path=path.to_json(),
        disposition=path.disposition or "",
        outcome=path.outcome or "",
        open_question=path.open_question or "",
        to_confirm=list(path.to_confirm),
        severity=severity_of(path, proposal, is_unread=bool(mention.reading.error)),
        severity_because=because_as_json(proposal),
    )


def _promised(mention: Mention, path: Path, agreed: Agreed) -> dict[str, Any]:
    """Who answers by when, and whether that clock rests outside the cover hours of the channel's unit."""
    request_type, pace = request_type_of(path), agreed.paces[urgency_of(path)]
    found = who(mention.channel, request_type, agreed.responsible)
    cover = agreed.covers.of(mention.channel.unit_id)
    return {
        "due_at": due_at(clock_start(mention), pace, cover, found.deadline if found else None),
        "rests": cover is not None and not pace.around_the_clock,
        "responsible": found.to_json(request_type) | _shortened(found, pace) if found else {},
    }


def _shortened(found: Responsible, pace: Pace) -> dict[str, bool]:
    """Whether the row, and not the urgency, set the deadline."""
    return {"sets_deadline": found.deadline is not None and found.deadline < pace.within}


def severity_of(path: Path, proposal: SeverityProposal, *, is_unread: bool) -> str:
    """The higher of matrix and leaf; what could not be read is never low."""
    floor = FAILED_SEVERITY if is_unread else ""
    return higher(floor, higher(proposal.level, path.leaf.level if path.leaf else ""))


def because_as_json(proposal: SeverityProposal) -> dict[str, Any]:
    """What the matrix alone says: `{level, held: [the conditions that held]}`."""
    return {
        "level": proposal.level,
        "held": [asdict(held) for held in proposal.because.held] if proposal.because else [],
    }


def clock_start(mention: Mention) -> datetime:
    """When the deadline began to run: as it came in, or, if it stands in the queue already, as it was read anew."""
    return mention.reading.read_at if hasattr(mention, "triage") else mention.received_at


def reachable(trees: Mapping[str, Tree], start: str) -> list[str]:
    """The trees that some answer may lead to, the start first: a decision must find them as they were."""
    found: list[str] = []
    ahead = [start]
    while ahead:
        slug = ahead.pop()
        if slug in trees and slug not in found:
            found.append(slug)
            ahead.extend(_jumps(trees[slug]))
    return found


def _jumps(tree: Tree) -> Iterable[str]:
    targets = (answer.to for node in tree.nodes.values() for answer in node.answers)
    return (target.removeprefix(JUMP) for target in targets if target.startswith(JUMP))


def _claim(limit: int) -> Iterable[Reading]:
    readings = Reading.objects.filter(taken_up=False).order_by("mention_id")
    loaded = readings.select_related("mention__channel", "mention__author", "mention__triage").defer("mention__search")
    return loaded.select_for_update(skip_locked=True, of=("self",))[:limit]


def _store(mentions: list[Mention], agreed: Agreed) -> None:
    """All together; if that fails, one by one, so that the one at fault is found and shown."""
    try:
        with transaction.atomic():
            _store_together(mentions, agreed)
    except Exception:
        for mention in mentions:
            _store_alone(mention, agreed)


def _store_together(mentions: list[Mention], agreed: Agreed) -> None:
    facts = collect(mentions)
    place(Suggestion.objects.bulk_create([make_suggestion(m, facts[m.pk], agreed) for m in mentions]))


def _store_alone(mention: Mention, agreed: Agreed) -> None:
    try:
        with transaction.atomic():
            _store_together([mention], agreed)
    except Exception as error:
        log.exception("No suggestion for mention %s", mention.pk)
        place(Suggestion.objects.bulk_create([_failure(mention, error, agreed)]))


def _failure(mention: Mention, error: Exception, agreed: Agreed) -> Suggestion:
    problem = Problem(FAILED, "", type(error).__name__)
    return Suggestion(
        mention=mention,
        created_at=Now(),
        start=agreed.start_of(mention.channel_id),
        versions={},
        facts={},
        path=Path(problems=(problem,)).to_json(),
        severity=FAILED_SEVERITY,
        severity_because=because_as_json(SeverityProposal(FAILED_SEVERITY)),
        due_at=mention.received_at + FAILED_WITHIN,
    )

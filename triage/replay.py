"""Replays real mentions through another version of a playbook and says what it would change; writes nothing to them.

Both versions walk over the same facts. Batches go backwards by key, and what is kept between them is a small report,
so that a replay of any length needs the memory of one batch and can go on in another worker.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Max, Min, QuerySet

from accounts.models import User
from monitoring.models import Mention
from monitoring.visible import visible_channel_ids
from playbooks.current import trees_of
from playbooks.decision_tree import walk
from playbooks.models import PlaybookVersion
from playbooks.rules import Fact, facts_from_json
from playbooks.severity_rules import SeverityProposal, propose
from playbooks.tree import Tree
from playbooks.tree_schema import tree_from_text
from triage.change_report import ChangeReport, Verdict
from triage.facts import collect
from triage.models import Triage
from triage.suggest import Agreed, severity_of

BATCH = 500
MOST = 100_000  # mentions in one replay


@dataclass(frozen=True, slots=True)
class Selection:
    """Which mentions: the `last` so many, of those received from `since` until before `until` where these are given.

    `channels` are the ids a person sees, None for all. `anew`: over the facts as they can be computed today, instead
    of those that the suggestion saw. `keys` bounds the mentions of a span of time: see `bounded`.
    """

    last: int = MOST
    since: datetime | None = None
    until: datetime | None = None
    channels: tuple[int, ...] | None = None
    anew: bool = False
    keys: tuple[int, int] | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "last": self.last,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "channels": None if self.channels is None else list(self.channels),
            "anew": self.anew,
            "keys": None if self.keys is None else list(self.keys),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Selection":
        return cls(
            last=kept["last"],
            since=datetime.fromisoformat(kept["since"]) if kept["since"] else None,
            until=datetime.fromisoformat(kept["until"]) if kept["until"] else None,
            channels=None if kept["channels"] is None else tuple(kept["channels"]),
            anew=kept["anew"],
            keys=None if kept["keys"] is None else (kept["keys"][0], kept["keys"][1]),
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two sides: what is in force, and the same with the tried version in its place."""

    before: Agreed
    after: Agreed


@dataclass(frozen=True, slots=True)
class Item:
    """One mention as a replay needs it; `facts` is None where its suggestion had failed."""

    mention_id: int
    channel_id: int
    facts: Mapping[str, Fact] | None
    is_unread: bool
    decided: str


def compare(version: PlaybookVersion, *, as_start: bool = False) -> Comparison:
    """Against what is in force now. Raises playbooks.content.ContentError if the version cannot be read."""
    return compare_text(version.content, version.pk, as_start=as_start)


def compare_text(
    content: str, version_id: int, in_force: Mapping[str, int] | None = None, *, as_start: bool = False
) -> Comparison:
    """As `compare`, over a frozen text, against versions that were in force (playbook → id)."""
    before = Agreed.now()
    if in_force is not None and dict(in_force) != dict(before.ids):
        before = replace(before, trees=trees_of(in_force), ids=in_force)
    tree = _tree(content)
    after = before.trying(tree, version_id)
    return Comparison(before, after.beginning_in(tree.slug) if as_start else after)


def replay(selection: Selection, comparison: Comparison) -> ChangeReport:
    """All of it at once, batch by batch: for tests, benches and short replays."""
    report, below, selection = ChangeReport(), None, bounded(selection)
    while True:
        below = replay_batch(selection, comparison, report, below)
        if below is None:
            return report


def replay_batch(
    selection: Selection, comparison: Comparison, report: ChangeReport, below: int | None, size: int = BATCH
) -> int | None:
    """Adds the next mentions with a key `below` to the report; returns where to go on, None at the end."""
    left = min(selection.last, MOST) - report.looked_at
    items = list(_items(selection, below, min(size, left))) if left > 0 else []
    for item in items:
        _add(report, item, comparison)
    return items[-1].mention_id if items and left > len(items) else None


def bounded(selection: Selection) -> Selection:
    """With the keys of its span of time, so that walking backwards by key neither begins nor ends far away from it."""
    if selection.since is None and selection.until is None:
        return selection
    span = Mention.objects.filter(**_received(selection)).order_by().aggregate(first=Min("pk"), last=Max("pk"))
    return replace(selection, keys=(span["first"] or 0, span["last"] or 0))


def total_of(selection: Selection) -> int:
    """How many mentions it will be; counts no further than the limit."""
    return _rows(selection)[: min(selection.last, MOST)].count()


def channels_of(person: User) -> tuple[int, ...] | None:
    """For `Selection.channels`: what this person may see."""
    return visible_channel_ids(person)


def _add(report: ChangeReport, item: Item, comparison: Comparison) -> None:
    if item.facts is None:
        report.without_facts += 1
        return
    proposal = propose(comparison.before.matrix, item.facts)
    before = _verdict(item, item.facts, comparison.before, proposal)
    after = _verdict(item, item.facts, comparison.after, proposal)
    report.add(item.mention_id, item.channel_id, before, after, item.decided)


def _verdict(item: Item, facts: Mapping[str, Fact], agreed: Agreed, proposal: SeverityProposal) -> Verdict:
    path = walk(agreed.trees, agreed.start_of(item.channel_id), facts, {})
    return Verdict.of(path, severity_of(path, proposal, is_unread=item.is_unread))


def _items(selection: Selection, below: int | None, size: int) -> Iterator[Item]:
    rows = _rows(selection)
    if below is not None:
        rows = rows.filter(pk__lt=below)
    return _with_facts_anew(rows[:size]) if selection.anew else _with_kept_facts(rows[:size])


def _with_kept_facts(rows: QuerySet[Triage]) -> Iterator[Item]:
    columns = ("pk", "channel_id", "suggestion__facts", "mention__reading__error", "state", "disposition")
    for pk, channel_id, facts, error, state, disposition in rows.values_list(*columns):
        yield Item(pk, channel_id, facts_from_json(facts) if facts else None, bool(error), _decided(state, disposition))


def _with_facts_anew(rows: QuerySet[Triage]) -> Iterator[Item]:
    loaded = rows.select_related("mention__channel", "mention__author", "mention__reading").defer("mention__search")
    triages = list(loaded)
    facts = collect([row.mention for row in triages])
    for row in triages:
        decided = _decided(row.state, row.disposition)
        yield Item(row.pk, row.channel_id, facts[row.pk], bool(row.mention.reading.error), decided)


def _decided(state: str, disposition: str) -> str:
    return disposition if state == Triage.State.DECIDED else ""


def _rows(selection: Selection) -> QuerySet[Triage]:
    """The newest first; what was deleted where it was posted stays out."""
    rows = Triage.objects.filter(mention__deleted_at=None).order_by("-pk")
    if selection.channels is not None:
        rows = rows.filter(channel__in=selection.channels)
    if selection.keys is not None:
        first, last = selection.keys
        rows = rows.filter(pk__gte=first, pk__lte=last, **_received(selection, "mention__"))
    return rows


def _received(selection: Selection, prefix: str = "") -> dict[str, datetime]:
    found = {}
    if selection.since:
        found[f"{prefix}received_at__gte"] = selection.since
    if selection.until:
        found[f"{prefix}received_at__lt"] = selection.until
    return found


@lru_cache(maxsize=8)
def _tree(content: str) -> Tree:
    return tree_from_text(content)

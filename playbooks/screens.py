"""What the pages under /playbooks/ show: what is in force, what changed, who is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Prefetch

from accounts.models import User
from playbooks.approvers import RIGHT, may_publish
from playbooks.changes import changed_marks, changes_in_words
from playbooks.content import Part
from playbooks.drawing import drawing
from playbooks.durations import in_short
from playbooks.models import EscalationPolicy, Playbook, PlaybookVersion, SeverityLevel, StartTree
from playbooks.outline import Outline, outline
from playbooks.publish import problems_of
from playbooks.receipts import counts, known_by, missing, readers
from playbooks.step_words import step_in_words
from playbooks.targets import role_names
from playbooks.tree import Tree
from playbooks.tree_schema import parse_rule, tree_from_text
from playbooks.words import problem_in_words, rule_in_words

RECENTLY = timedelta(days=7)
MOST_VERSIONS = 50
State = PlaybookVersion.State


@dataclass(frozen=True, slots=True)
class Card:
    """A playbook and what is in force of it. `known_at`: since when this person knows it; `known` of `readers`."""

    playbook: Playbook
    version: PlaybookVersion | None
    changes: tuple[str, ...]
    channels: tuple[str, ...]
    is_default: bool
    known_at: datetime | None
    known: int
    readers: int


@dataclass(frozen=True, slots=True)
class LevelShown:
    """One row of the matrix with the policy derived from it, in words."""

    row: SeverityLevel
    rules: tuple[str, ...]
    acknowledge_in: str
    steps: tuple[str, ...]
    rounds: int


def list_screen(person: User, now: datetime) -> dict[str, Any]:
    return {
        "cards": _cards(person, now),
        "levels": levels_shown(),
        "may_edit": person.is_staff,
        "waiting": waiting(person),
    }


def playbook_screen(version: PlaybookVersion, person: User) -> dict[str, Any]:
    """One version as picture and outline, its receipts and its neighbours."""
    tree = tree_from_text(version.content)
    return {
        "version": version,
        "playbook": version.playbook,
        "drawing": drawing(tree),
        "outline": in_words(tree),
        "versions": list(version.playbook.versions.exclude(state=State.DRAFT).select_related("published_by"))[
            :MOST_VERSIONS
        ],
        "is_in_force": version.state == State.PUBLISHED,
        "known_at": known_by(person, [version]).get(version.pk),
        "known": counts([version]).get(version.pk, 0),
        "readers": readers().count(),
        "missing": list(missing(version)) if person.has_perm(RIGHT) else None,
    }


def changes_screen(old: PlaybookVersion | None, new: PlaybookVersion) -> dict[str, Any]:
    """Two versions of one playbook: what differs, in words and marked in the picture of the newer one."""
    before, after = (tree_from_text(old.content) if old else None), tree_from_text(new.content)
    return {
        "old": old,
        "new": new,
        "playbook": new.playbook,
        "changes": changes_in_words(before, after),
        "drawing": drawing(after, marks=changed_marks(before, after)),
        "outline": in_words(after),
    }


def publish_screen(draft: PlaybookVersion, person: User, error: str = "") -> dict[str, Any]:
    """A draft beside what is in force, and what keeps this person from publishing it, if anything does."""
    return changes_screen(before(draft), draft) | {
        "error": error,
        "is_asked_for": draft.is_asked_for,
        "may_publish": may_publish(person, draft),
        "problems": [problem_in_words(problem) for problem in problems_of(draft)],
    }


def waiting(person: User) -> list[PlaybookVersion]:
    """Drafts that somebody asks this person to publish."""
    drafts = PlaybookVersion.objects.filter(state=State.DRAFT).exclude(asked_sha256="")
    asked = drafts.filter(asked_sha256=F("sha256")).select_related("playbook", "asked_by").defer("content")
    return [draft for draft in asked if may_publish(person, draft)] if person.has_perm(RIGHT) else []


def in_words(tree: Tree) -> Outline:
    return outline(tree, role_names())


def before(version: PlaybookVersion) -> PlaybookVersion | None:
    """What a version replaced, or a draft would replace."""
    older = version.playbook.versions.exclude(state=State.DRAFT).exclude(pk=version.pk)
    if version.state == State.DRAFT:
        return older.filter(state=State.PUBLISHED).first()
    return older.filter(published_at__lt=version.published_at).order_by("-published_at").first()


def levels_shown() -> list[LevelShown]:
    names = role_names()
    policies = {policy.level: policy for policy in EscalationPolicy.objects.prefetch_related("steps")}
    return [_level_shown(row, policies.get(row.level), names) for row in SeverityLevel.objects.order_by("-level")]


def _cards(person: User, now: datetime) -> list[Card]:
    in_force = PlaybookVersion.objects.filter(state=State.PUBLISHED).select_related("published_by")
    playbooks = Playbook.objects.prefetch_related(
        Prefetch("versions", in_force, to_attr="in_force"),
        Prefetch("starts", StartTree.objects.select_related("channel")),
    )
    versions = [version for playbook in playbooks for version in playbook.in_force]
    known_at, known, people = known_by(person, versions), counts(versions), readers().count()
    cards = []
    for playbook in playbooks:
        version = next(iter(playbook.in_force), None)
        starts = playbook.starts.all()
        cards.append(
            Card(
                playbook=playbook,
                version=version,
                changes=_recent_changes(version, now) if version else (),
                channels=tuple(start.channel.name for start in starts if start.channel),
                is_default=any(start.channel is None for start in starts),
                known_at=known_at.get(version.pk) if version else None,
                known=known.get(version.pk, 0) if version else 0,
                readers=people,
            )
        )
    return cards


def _recent_changes(version: PlaybookVersion, now: datetime) -> tuple[str, ...]:
    """The differences to what was in force a week ago; nothing for a playbook that is new altogether."""
    if version.published_at is None or version.published_at <= now - RECENTLY:
        return ()
    older = version.playbook.versions.exclude(pk=version.pk).filter(published_at__lte=now - RECENTLY)
    then = older.order_by("-published_at").first()
    return changes_in_words(tree_from_text(then.content), tree_from_text(version.content)) if then else ()


def _level_shown(row: SeverityLevel, policy: EscalationPolicy | None, names: Mapping[str, str]) -> LevelShown:
    return LevelShown(
        row=row,
        rules=tuple(rule_in_words(parse_rule(Part(rule))) for rule in row.rules),
        acknowledge_in=in_short(row.acknowledge_within) if row.acknowledge_within else "",
        steps=tuple(step_in_words(step, names) for step in policy.steps.all()) if policy else (),
        rounds=policy.rounds if policy else 0,
    )

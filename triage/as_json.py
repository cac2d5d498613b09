"""Mentions, decisions and replies as the API shows them (docs: the contract of the API)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language

from monitoring.channels.validate import ENGAGEMENT
from monitoring.models import Author, Mention, Reading
from playbooks.current import trees_of
from playbooks.explain import path_as_json
from playbooks.path import Path
from playbooks.tree import Tree
from triage.models import Decision, Reply, Suggestion, Triage

Versions = frozenset[tuple[str, int]]


def mentions_as_json(mentions: Iterable[Mention]) -> list[dict[str, Any]]:
    """A page of mentions; the playbook versions that they share are read once."""
    rows = list(mentions)
    trees = _trees(row.triage.suggestion for row in rows if hasattr(row, "triage"))
    decisions = _decisions(rows)
    return [_mention(row, trees, decisions.get(row.pk)) for row in rows]


def decision_as_json(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.pk,
        "mention": decision.mention_id,
        "by": decision.by.username,
        "at": decision.at,
        "via": decision.via,
        "disposition": decision.disposition,
        "severity": decision.severity,
        "reason": decision.reason,
        "deviation": decision.is_deviation,
        "answers": decision.answers,
        "unanswered_risks": decision.unanswered_risks,
        "outcome": decision.outcome or None,
        "versions": Path.from_json(decision.path).versions,
        "escalation": decision.escalation_id,
        "supersedes": decision.supersedes_id,
    }


def reply_as_json(reply: Reply) -> dict[str, Any]:
    """The outbound post of a reply, and its state."""
    post = reply.post
    return {
        "id": post.pk,
        "mention": reply.mention_id,
        "decision": reply.decision_id,
        "text": post.text,
        "language": post.language,
        "template": reply.template or None,
        "state": post.state,
        "author": post.author.username,
        "created_at": post.created_at,
        "sends_at": post.next_attempt_at,
        "posted_at": post.posted_at,
        "external_id": post.external_id or None,
        "url": post.url or None,
        "problem": post.problem_in_words() or None,
    }


def _mention(
    mention: Mention, trees: Mapping[Versions, Mapping[str, Tree]], decision: Decision | None
) -> dict[str, Any]:
    triage: Triage | None = getattr(mention, "triage", None)
    return {
        **_post(mention),
        "id": mention.pk,
        "rev": triage.rev if triage else 0,
        "state": triage.state if triage else Triage.State.OPEN.value,
        "story": mention.story_id,
        "received_at": mention.received_at,
        "severity": triage.severity if triage else None,
        "due_at": triage.due_at if triage else None,
        "assignee": triage.assignee.username if triage and triage.assignee else None,
        "reading": _reading(getattr(mention, "reading", None)),
        "suggestion": _suggestion(triage.suggestion, trees) if triage else None,
        "decision": decision_as_json(decision) if decision else None,
    }


def _post(mention: Mention) -> dict[str, Any]:
    """The fields in which a mention is sent in; a deleted one keeps its place but not its text."""
    is_deleted = mention.deleted_at is not None
    return {
        "channel": mention.channel.slug,
        "external_id": mention.external_id,
        "url": mention.url or None,
        "text": "" if is_deleted else mention.text,
        "language": mention.language or None,
        "kind": mention.kind,
        "posted_at": mention.posted_at,
        "revision": mention.revision or None,
        "deleted": is_deleted,
        "visibility": mention.visibility,
        "author": _author(mention.author),
        "in_reply_to": mention.in_reply_to or None,
        "conversation": mention.conversation.external_id if mention.conversation else None,
        "engagement": {name: mention.engagement.get(name) for name in ENGAGEMENT},
        "attachments": [] if is_deleted else mention.attachments,
    }


def _author(author: Author | None) -> dict[str, Any] | None:
    if author is None:
        return None
    return {
        "external_id": author.external_id,
        "handle": author.handle,
        "display_name": author.display_name,
        "followers": author.followers,
        "verified": author.verified,
        "url": author.url or None,
    }


def _reading(reading: Reading | None) -> dict[str, Any] | None:
    if reading is None:
        return None
    return {"language": reading.language, "sentiment": reading.sentiment, "terms": reading.terms}


def _suggestion(suggestion: Suggestion, trees: Mapping[Versions, Mapping[str, Tree]]) -> dict[str, Any]:
    path = Path.from_json(suggestion.path)
    return path_as_json(path, trees[_versions(suggestion)], get_language() or "en")


def _trees(suggestions: Iterable[Suggestion]) -> dict[Versions, Mapping[str, Tree]]:
    return {versions: trees_of(dict(versions)) for versions in {_versions(row) for row in suggestions}}


def _versions(suggestion: Suggestion) -> Versions:
    return frozenset(suggestion.versions.items())


def _decisions(mentions: list[Mention]) -> dict[int, Decision]:
    """The decision in force of each decided mention."""
    decided = [row.pk for row in mentions if hasattr(row, "triage") and row.triage.state == Triage.State.DECIDED]
    rows = Decision.objects.filter(mention__in=decided, superseded_by=None).select_related("by")
    return {row.mention_id: row for row in rows} if decided else {}

"""Everything about one mention that a person needs to decide, in a handful of queries whatever there is to show."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Left
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from monitoring.models import Mention, OutboundPost, Revision
from monitoring.outbound import posting_channels
from playbooks.current import Published, published, trees_of
from playbooks.explain import ExplainedStep, explained_risks, explained_steps
from playbooks.knowledge import WORTH_SHOWING
from playbooks.models import ResponseTemplate
from playbooks.path import Path
from playbooks.placeholders import fill
from playbooks.rules import Held, NotComputable, Reason, Skipped, facts_from_json
from playbooks.tree import Tree
from playbooks.words import Hits, reason_in_words, skipped_in_words
from plumbing.templatetags.outside_text import SUSPECT
from triage.facts import hits_of
from triage.guide import Guide, guide
from triage.models import Decision, Suggestion, Triage
from triage.promised import Answerer, answerer_of, mark_rests
from triage.texts import known_values
from triage.walked import walk_again

MOST_BEFORE, MOST_AFTER = 30, 20
MOST_HISTORY = 10
MOST_KEPT = 20  # decisions and revisions shown
EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Remark:
    """One mention of the conversation, with what we answered to it."""

    mention: Mention
    is_this: bool
    answers: list[OutboundPost]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the suggestion says what it says, in the reader's language and the exact versions."""

    steps: list[ExplainedStep]
    risks: list[ExplainedStep]
    severity: str
    not_computable: list[str]


@dataclass(frozen=True, slots=True)
class NewerVersion:
    title: str
    number: int


@dataclass(frozen=True, slots=True)
class Detail:
    """Without what stands around the decision card (the second half) where the card alone is drawn anew."""

    triage: Triage
    guide: Guide
    decisions: list[Decision]
    newer: list[NewerVersion] = field(default_factory=list)
    template: str = ""
    checklist: list[str] = field(default_factory=list)
    can_post: bool = False
    explanation: Explanation | None = None
    answerer: Answerer | None = None
    conversation: list[Remark] = field(default_factory=list)
    history: list[Mention] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)

    @property
    def mention(self) -> Mention:
        return self.triage.mention

    @property
    def title(self) -> str:
        """For the title of the window: who wrote it, without signs that would hide or turn others."""
        author = self.mention.author
        return SUSPECT.sub("", author.name) if author else str(_("Unknown author"))

    @property
    def decision(self) -> Decision | None:
        """The one in force; a mention that an edit brought back keeps it as history."""
        newest = self.decisions[0] if self.decisions else None
        return newest if self.triage.state == Triage.State.DECIDED else None

    @property
    def has_answers(self) -> bool:
        """Whether an approved answer fitted when the suggestion was made; they are then shown without being asked."""
        score = self.triage.suggestion.facts.get("kb.match")
        return isinstance(score, int | float) and score >= WORTH_SHOWING

    @property
    def our_posts(self) -> list[OutboundPost]:
        return next((remark.answers for remark in self.conversation if remark.is_this), [])

    @property
    def text_language(self) -> str:
        """For the `lang` of the text; empty where nobody can tell."""
        language = self.mention.reading.language
        return "" if language == "und" else language


@dataclass(frozen=True, slots=True)
class Loaded:
    """A row with what every pane needs, and whether there is more to read about it."""

    triage: Triage
    was_edited: bool
    was_decided: bool
    can_post: bool


def load(mention_id: int) -> Loaded:
    """Raises Triage.DoesNotExist."""
    rows = Triage.objects.select_related(
        "suggestion", "assignee", "mention__channel__note", "mention__author", "mention__reading"
    )
    was_edited = Exists(Revision.objects.filter(mention=OuterRef("pk")))
    was_decided = Exists(Decision.objects.filter(mention=OuterRef("pk")))
    can_post = Exists(posting_channels().filter(pk=OuterRef("channel")))
    known = {"edited": was_edited, "decided": was_decided, "posting": can_post}
    row: Any = rows.defer("mention__search").annotate(**known).get(pk=mention_id)
    return Loaded(row, row.edited, row.decided, row.posting)


def detail_of(loaded: Loaded, answers: Mapping[str, str], ask: str = "", *, card_alone: bool = False) -> Detail:
    """`answers` are those the person has given so far; `ask` names a question to ask again."""
    triage = loaded.triage
    suggestion, mention = triage.suggestion, triage.mention
    current = published()
    is_current = all(current.ids.get(slug) == pk for slug, pk in suggestion.versions.items())
    trees = current.trees if is_current else trees_of(suggestion.versions)
    hits = hits_of(mention.reading) if suggestion.facts else {}  # a suggestion that failed saw none
    guided = guide(walk_again(suggestion, answers, trees), ask, hits)
    card = Detail(
        triage=triage,
        guide=guided,
        decisions=list(decisions_of(mention)) if loaded.was_decided else [],
        newer=[] if is_current else newer_versions(suggestion, current),
        template=template_for(guided, mention),
        checklist=checklist_for(guided, current.trees),
        can_post=loaded.can_post,
    )
    if card_alone:
        return card
    mark_rests([triage])
    return replace(
        card,
        answerer=answerer_of(suggestion),
        explanation=explanation_of(suggestion, trees, hits),
        conversation=conversation_of(mention),
        history=list(history_of(mention)),
        revisions=list(mention.revisions.order_by("-id")[:MOST_KEPT]) if loaded.was_edited else [],
    )


def decisions_of(mention: Mention) -> QuerySet[Decision]:
    return mention.decisions.select_related("by", "escalation")[:MOST_KEPT]


def explanation_of(suggestion: Suggestion, trees: Mapping[str, Tree], hits: Hits) -> Explanation:
    path = Path.from_json(suggestion.path)
    held = suggestion.severity_because.get("held", [])
    facts = facts_from_json(suggestion.facts)
    missing = (Skipped("", key, fact.reason) for key, fact in facts.items() if isinstance(fact, NotComputable))
    return Explanation(
        steps=explained_steps(path, trees, hits),
        risks=explained_risks(path, trees, hits),
        severity=reason_in_words(Reason(tuple(_held(kept) for kept in held)), hits),
        not_computable=[skipped_in_words(skipped) for skipped in missing],
    )


def conversation_of(mention: Mention) -> list[Remark]:
    """What was said before and after, ours among it, oldest first; without a conversation the mention alone."""
    remarks = _remarks(mention) if mention.conversation_id else [mention]
    answers: dict[int | None, list[OutboundPost]] = defaultdict(list)
    for post in OutboundPost.objects.filter(in_reply_to__in=remarks).select_related("author").order_by("id"):
        answers[post.in_reply_to_id].append(post)
    return [Remark(remark, remark.pk == mention.pk, answers[remark.pk]) for remark in remarks]


def history_of(mention: Mention) -> QuerySet[Mention]:
    """The author's other mentions, newest first, each with where it stands."""
    if mention.author_id is None:
        return Mention.objects.none()
    others = Mention.objects.filter(author=mention.author_id).exclude(pk=mention.pk).order_by("-posted_at")
    shown = others.select_related("triage").defer("text", "search", "engagement", "attachments")
    return shown.annotate(excerpt=Left("text", EXCERPT))[:MOST_HISTORY]


def newer_versions(suggestion: Suggestion, current: Published) -> list[NewerVersion]:
    """Versions published since the suggestion was made: announced, never switched to silently."""
    language = get_language() or "en"
    return [
        NewerVersion(current.trees[slug].title.in_language(language), current.trees[slug].version)
        for slug, pk in suggestion.versions.items()
        if current.ids.get(slug, pk) != pk
    ]


def checklist_for(guided: Guide, in_force: Mapping[str, Tree]) -> list[str]:
    """What to look at before sending: the list of a tree on the way, else of any playbook in force."""
    walked = guided.walked
    entered = [walked.trees[slug] for slug in walked.path.versions if slug in walked.trees]
    lists = (tree.checklist for tree in [*entered, *in_force.values()] if tree.checklist)
    return [line.in_language(get_language() or "en") for line in next(lists, {}).values()]


def template_for(guided: Guide, mention: Mention) -> str:
    """The text that the outcome suggests to start from, in the language of the mention, filled with what is known."""
    slug = guided.outcome.template if guided.outcome else ""
    template = ResponseTemplate.objects.filter(slug=slug).first() if slug else None
    if template is None:
        return ""
    text = template.in_language(mention.reading.language)
    return fill(text, known_values(mention, None, text))


def _remarks(mention: Mention) -> list[Mention]:
    kin = Mention.objects.filter(conversation=mention.conversation_id).defer("search")
    before = kin.filter(posted_at__lte=mention.posted_at).order_by("-posted_at", "-id")[:MOST_BEFORE]
    after = kin.filter(posted_at__gt=mention.posted_at).order_by("posted_at", "id")[:MOST_AFTER]
    rows = before.select_related("author").union(after.select_related("author"), all=True)
    return sorted(rows, key=lambda row: (row.posted_at, row.pk))


def _held(kept: Mapping[str, Any]) -> Held:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return Held(**values)

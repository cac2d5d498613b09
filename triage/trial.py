"""Walks a mention, typed or real, through any version of a playbook, and shows everything that would come of it.

Nothing is stored. A typed text goes the real way, stored and read like every other, inside a transaction that is
rolled back: so that it meets the same stories, lists and rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from crisis.escalate import preview
from crisis.escalate.preview import PreviewStep
from monitoring.models import Author, Channel, Mention
from monitoring.readings import read
from playbooks.models import Disposition, Level, PlaybookVersion
from playbooks.outline import Ending, outline
from playbooks.rules import Fact, facts_from_json
from playbooks.targets import role_names
from playbooks.tree_schema import tree_from_text
from playbooks.words import Hits
from triage.decide import roles_of, severity_of
from triage.detail import Explanation, explanation_of
from triage.facts import collect, hits_of
from triage.guide import Guide, guide
from triage.models import Suggestion, Triage
from triage.suggest import Agreed, make_suggestion, reachable
from triage.trial_facts import FactRow, fact_rows
from triage.walked import walk_again

NOTHING: Mapping[str, Fact] = {}


@dataclass(frozen=True, slots=True)
class Typed:
    """A post that nobody wrote. `followers` is None where the channel would not say."""

    text: str
    channel: Channel
    language: str = ""
    author_kind: str = Author.Kind.UNKNOWN.value
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A mention with its reading, the facts to be walked, and, of a real one, those that are another value today."""

    mention: Mention
    facts: Mapping[str, Fact]
    hits: Hits
    facts_now: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """One walk. `by_hand` are the facts that somebody set instead of what was computed; `begins_in` is a playbook."""

    subject: Subject
    suggestion: Suggestion
    guide: Guide
    explanation: Explanation
    by_hand: Mapping[str, Fact]
    begins_in: str

    @property
    def mention(self) -> Mention:
        return self.subject.mention

    @property
    def is_real(self) -> bool:
        return self.mention.pk is not None

    @cached_property
    def facts(self) -> list[FactRow]:
        return fact_rows(self.subject.facts, self.by_hand, self.subject.facts_now, self.subject.hits)

    @property
    def disposition(self) -> str:
        return self.guide.walked.path.disposition or ""

    @property
    def disposition_name(self) -> str:
        return str(Disposition(self.disposition).label) if self.disposition else ""

    @property
    def severity(self) -> Level:
        """As the decision would get it: an escalation is at least L1."""
        return Level(max(self.suggestion.severity, severity_of(self.guide.walked, self.disposition)))

    @cached_property
    def ending(self) -> Ending | None:
        """The outcome with everything it demands, in words."""
        leaf = self.guide.walked.path.leaf
        if leaf is None:
            return None
        endings = outline(self.guide.walked.trees[leaf.playbook], role_names()).endings
        return next((ending for ending in endings if ending.slug == leaf.outcome), None)

    @cached_property
    def steps(self) -> Sequence[PreviewStep]:
        """Who would be called, by when, and who next."""
        if self.disposition != Disposition.ESCALATE:
            return ()
        return preview(self.severity.value, roles_of(self.guide.walked, self.severity.value))


def agreed_with(version: PlaybookVersion | None) -> Agreed:
    """What is in force, with this version in its place. Raises ContentError if it cannot be read."""
    agreed = Agreed.now()
    return agreed.trying(tree_from_text(version.content), version.pk) if version else agreed


def as_typed(typed: Typed) -> Subject:
    """The facts as they would be if this came in now; leaves nothing behind."""
    with transaction.atomic():
        mention = _stored(typed)
        read([mention])
        mention = Mention.objects.select_related("channel", "author", "reading").get(pk=mention.pk)
        facts, hits = collect([mention])[mention.pk], hits_of(mention.reading)
        transaction.set_rollback(True)
    mention.pk = None
    return Subject(mention, facts, hits)


def as_it_came(mention: Mention) -> Subject:
    """A real mention, loaded with channel, author, reading and triage: over the facts that its suggestion saw."""
    now = collect([mention])[mention.pk]
    kept = facts_from_json(mention.triage.suggestion.facts)
    return Subject(mention, kept or now, hits_of(mention.reading), now if kept else NOTHING)


def find_mention(mention_id: int, person: User) -> Mention | None:
    """None unless it is in the inbox and this person may see it."""
    rows = Triage.objects.visible_to(person).filter(mention__deleted_at=None)
    loaded = rows.select_related("suggestion", "mention__channel", "mention__author", "mention__reading")
    row = loaded.defer("mention__search").filter(pk=mention_id).first()
    return row.mention if row else None


def walk_through(
    subject: Subject,
    agreed: Agreed,
    *,
    answers: Mapping[str, str],
    ask: str = "",
    by_hand: Mapping[str, Fact] = NOTHING,
    begin_in: str = "",
) -> Trial:
    """`begin_in` is a playbook to begin in although the channel begins elsewhere."""
    mention = subject.mention
    if begin_in:
        agreed = agreed.beginning_in(begin_in)
    suggestion = make_suggestion(mention, {**subject.facts, **by_hand}, agreed, answers)
    walked = walk_again(suggestion, answers, agreed.trees)
    return Trial(
        subject=subject,
        suggestion=suggestion,
        guide=guide(walked, ask, subject.hits),
        explanation=explanation_of(suggestion, agreed.trees, subject.hits),
        by_hand=by_hand,
        begins_in=agreed.trees[suggestion.start].title.in_language(get_language() or "en"),
    )


def leads_to(agreed: Agreed, channel_id: int, slug: str) -> bool:
    """Whether a walk for this channel may come to a playbook."""
    return slug in reachable(agreed.trees, agreed.start_of(channel_id))


def _stored(typed: Typed) -> Mention:
    name = uuid4().hex
    author = Author.objects.create(
        channel=typed.channel, external_id=name, kind=typed.author_kind, followers=typed.followers
    )
    now = timezone.now()
    return Mention.objects.create(
        channel=typed.channel,
        author=author,
        external_id=name,
        text=typed.text,
        language=typed.language,
        posted_at=now,
        received_at=now,
    )

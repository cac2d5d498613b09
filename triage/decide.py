"""Records what a person decided about a mention, with the path it rests on; the one way to a decision."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from crisis.escalate import open_escalation
from crisis.models import Escalation
from monitoring import outbound
from monitoring.models import Mention
from playbooks.current import first_targets
from playbooks.models import Disposition, Level
from playbooks.severity_rules import higher, rank
from playbooks.words import problem_in_words
from triage.conflict import decision_in_force, lock
from triage.models import Decision, Triage
from triage.queue import close
from triage.refusal import Lack, Refused
from triage.walked import Walked, walk_again

REASON_LENGTH = 10
LOWEST_ESCALATION = Level.L1.value
DECIDED_OTHERWISE = gettext_noop("It was decided not to respond.")
ANSWER_PROBLEMS = ("unknown_question", "answer_not_offered")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to be recorded."""

    disposition: str
    reason: str
    severity: str | None
    answers: Mapping[str, str]

    @property
    def has_reason(self) -> bool:
        return len(self.reason) >= REASON_LENGTH


@transaction.atomic
def record_decision(
    mention_id: int,
    *,
    by: User,
    disposition: str,
    rev: int,
    via: str,
    reason: str = "",
    severity: str | None = None,
    answers: Mapping[str, str] | None = None,
) -> Decision:
    """Decides the mention and, to escalate, opens the escalation in the same transaction; by the database's clock.

    `answers` are the person's: `{"scenario-map/danger": "no"}`. A later decision supersedes an earlier one.
    Raises Triage.DoesNotExist, Conflict when `rev` is not the current one, or Refused with every lack at once.
    """
    triage, now = lock(mention_id, rev)
    wish = Wish(disposition, reason.strip(), severity or None, dict(answers or {}))
    walked = walk_again(triage.suggestion, wish.answers)
    lacks = list(find_lacks(walked, wish))
    if lacks:
        raise Refused(lacks)
    decision = _decision(triage, walked, wish, by, via, now)
    if disposition == Disposition.ESCALATE:
        decision.escalation = _escalate(triage.mention, walked, decision, by)
    decision.save()
    if disposition != Disposition.RESPOND:
        outbound.call_off([mention_id], DECIDED_OTHERWISE)
    close(triage, decision)
    return decision


def find_lacks(walked: Walked, wish: Wish) -> Iterator[Lack]:
    """Everything that keeps this wish from being recorded."""
    yield from _malformed(walked, wish)
    leaves, unanswered = walked.leaves(wish.disposition), _unanswered(walked, wish)
    if leaves and not wish.has_reason:
        yield Lack("reason", _("This leaves the suggestion: give a reason of at least %d characters.") % REASON_LENGTH)
    if not wish.has_reason:
        for key in unanswered:
            yield Lack(f"answers.{key}", _("Answer this risk question, or give a reason for leaving it open."))
    if leaves or unanswered:
        for key in walked.open_tasks:
            yield Lack(f"answers.{key}", _("Confirm this task first: done, or not possible and why."))
    if walked.impossible_tasks and not wish.has_reason:
        yield Lack("reason", _("Say why a task was not possible, in at least %d characters.") % REASON_LENGTH)
    if _lowers(walked, wish) and not wish.has_reason:
        yield Lack(
            "severity", _("A lower severity than proposed needs a reason of at least %d characters.") % REASON_LENGTH
        )


def severity_of(walked: Walked, disposition: str) -> str:
    """What the decision gets unless the person says otherwise: as proposed; an escalation at least L1."""
    lowest = LOWEST_ESCALATION if disposition == Disposition.ESCALATE else ""
    return higher(walked.proposed_severity, lowest)


def roles_of(walked: Walked, severity: str) -> tuple[str, ...]:
    """The roles that are called at once: those of the leaf, and above its level those of the severity too.

    Empty without an escalate leaf: then the severity alone says it.
    """
    leaf = walked.path.leaf
    if leaf is None or leaf.disposition != Disposition.ESCALATE:
        return ()
    return tuple(target["role"] for target in first_targets(severity, leaf))


def _lowers(walked: Walked, wish: Wish) -> bool:
    return wish.severity in Level.values and rank(wish.severity) < rank(severity_of(walked, wish.disposition))


def _malformed(walked: Walked, wish: Wish) -> Iterator[Lack]:
    if wish.disposition not in Disposition.values:
        yield Lack("disposition", _("One of these is expected: %s.") % ", ".join(Disposition.values))
    if wish.severity and wish.severity not in Level.values:
        yield Lack("severity", _("One of these is expected: %s.") % ", ".join(Level.values))
    if wish.disposition == Disposition.ESCALATE and wish.severity == Level.L0:
        yield Lack("severity", _("An escalation has at least severity L1."))
    for problem in walked.path.problems:
        if problem.code in ANSWER_PROBLEMS:
            yield Lack(f"answers.{problem.at}", problem_in_words(problem))


def _unanswered(walked: Walked, wish: Wish) -> tuple[str, ...]:
    """Escalating is the careful direction: it waits for no risk question."""
    return () if wish.disposition == Disposition.ESCALATE else walked.unanswered_risks


def _decision(triage: Triage, walked: Walked, wish: Wish, by: User, via: str, now: datetime) -> Decision:
    unanswered = _unanswered(walked, wish)
    return Decision(
        mention=triage.mention,
        suggestion=triage.suggestion,
        by=by,
        at=now,
        via=via,
        disposition=wish.disposition,
        severity=wish.severity or severity_of(walked, wish.disposition),
        reason=wish.reason,
        is_deviation=walked.leaves(wish.disposition) or bool(unanswered),
        answers=wish.answers,
        unanswered_risks=list(unanswered),
        versions={slug: triage.suggestion.versions[slug] for slug in walked.path.versions},
        path=walked.path.to_json(),
        outcome=walked.path.outcome or "",
        supersedes=decision_in_force(triage.pk),
    )


def _escalate(mention: Mention, walked: Walked, decision: Decision, by: User) -> Escalation:
    assert mention.story is not None  # it was read, else it would have no suggestion
    return open_escalation(
        story=mention.story,
        mention=mention,
        severity=decision.severity,
        roles=roles_of(walked, decision.severity),
        title=gettext_noop("Mention on %(channel)s"),
        title_with={"channel": str(mention.channel)},
        reason=decision.reason,
        by=by,
    )

"""The decision card: the guided decision with how it may be left, and what a person must see before confirming."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from crisis.escalate import preview
from crisis.escalate.preview import PreviewStep
from playbooks.current import demands_of
from playbooks.explain import ExplainedStep
from playbooks.models import Disposition, Level
from playbooks.outcome_words import details, tree_details
from playbooks.targets import role_names
from playbooks.words import DEMANDS, demand_in_words
from plumbing.whole_number import whole_number
from triage.conflict import Conflict
from triage.decide import REASON_LENGTH, roles_of, severity_of
from triage.detail import Detail, detail_of, load
from triage.forms import DecisionForm
from triage.guide import answers_from, explained, query_of
from triage.inbox import Filters
from triage.walked import Walked


@dataclass(frozen=True)
class Card:
    """`rev` is the version the person saw first: it travels with every answer, so that a decision over a mention that
    changed is refused even if the card was drawn anew meanwhile. `choose` is a disposition chosen beside the way."""

    detail: Detail
    filters: Filters
    rev: int
    form: DecisionForm
    choose: str = ""
    severity: str = ""
    conflict: Conflict | None = None

    @property
    def walked(self) -> Walked:
        return self.detail.guide.walked

    @property
    def disposition(self) -> str:
        """What the card is about to record: what the person chose, else where the way led; empty in between."""
        outcome = self.detail.guide.outcome
        return self.choose or (outcome.do if outcome else "")

    @property
    def disposition_name(self) -> str:
        return str(Disposition(self.disposition).label) if self.disposition else ""

    @property
    def path_name(self) -> str:
        """Where the way leads as far as it is walked, passing risk questions that nobody confirmed yet."""
        disposition = self.walked.path.disposition
        return str(Disposition(disposition).label) if disposition else ""

    @property
    def outcome_text(self) -> str:
        outcome = self.detail.guide.outcome
        return outcome.text.in_language(get_language() or "en") if outcome else ""

    @cached_property
    def outcome_details(self) -> list[tuple[str, str]]:
        """What else was agreed for the outcome, name and value; what the card shows in another way is left out."""
        outcome, path = self.detail.guide.outcome, self.walked.path
        if outcome is None or self.is_deviation:
            return []
        elsewhere = ("do", "urgency", "template", *(("level", "who") if self.steps else ()))
        entered = [self.walked.trees[slug] for slug in path.versions if slug in self.walked.trees]
        return [*details(outcome, role_names(), elsewhere), *(pair for tree in entered for pair in tree_details(tree))]

    @cached_property
    def demands(self) -> list[str]:
        """What the severity asks for beyond calling people; only where the card is about to escalate."""
        if not self.steps:
            return []
        demanded = demands_of(self.severity or self.proposed_severity.value)
        return [demand_in_words(key, demanded[key]) for key in DEMANDS if key in demanded]

    @property
    def is_stale(self) -> bool:
        return self.rev != self.detail.triage.rev

    @property
    def leaves_risks(self) -> bool:
        return self.disposition != Disposition.ESCALATE and bool(self.walked.unanswered_risks)

    @property
    def is_deviation(self) -> bool:
        return self.walked.leaves(self.disposition) or self.leaves_risks

    @property
    def needs_reason(self) -> bool:
        return self.is_deviation or bool(self.walked.impossible_tasks)

    @property
    def reason_length(self) -> int:
        return REASON_LENGTH

    @property
    def proposed_severity(self) -> Level:
        return Level(severity_of(self.walked, self.disposition))

    @cached_property
    def steps(self) -> Sequence[PreviewStep]:
        """Who would be called, by when, and who next; only where the card is about to escalate."""
        if self.disposition != Disposition.ESCALATE:
            return ()
        severity = self.severity or self.proposed_severity.value
        return preview(severity, roles_of(self.walked, severity))

    @cached_property
    def tasks(self) -> Sequence[ExplainedStep]:
        """What must be confirmed before a strict playbook is left."""
        return explained(self.walked, self.walked.open_tasks) if self.disposition and self.is_deviation else ()

    @property
    def severity_field(self) -> SafeString:
        """The choice of a severity; before an escalation it shows anew who would be called."""
        return self.form["severity"].as_widget(attrs=self._shows_who_is_called() if self.steps else {})

    @property
    def url(self) -> str:
        """Where an answer goes, by GET, together with `hidden`."""
        return reverse("triage:mention", args=[self.detail.triage.pk])

    @property
    def decide_url(self) -> str:
        return self.filters.on(reverse("triage:decide", args=[self.detail.triage.pk]))

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Fields of every form of the card: the answers so far, the version on the screen, the view of the queue."""
        return [*self.detail.guide.answers, ("rev", str(self.rev)), *self.filters.said.items()]

    @property
    def back_url(self) -> str:
        back = self.detail.guide.back
        return self._url_with(back) if back else ""

    @property
    def settled(self) -> list[tuple[ExplainedStep, str]]:
        """The steps behind us, each with the address that asks it again."""
        return [(settled.step, self._url_with(settled.change)) for settled in self.detail.guide.settled]

    @property
    def one_is(self) -> list[tuple[ExplainedStep, str]]:
        """The risks of the joint confirmation, each with the address that asks it by itself."""
        return [
            (step, self._url_with(query_of(self.walked.answers, ask=step.key))) for step in self.detail.guide.confirm
        ]

    @property
    def other_ways(self) -> list[tuple[Disposition, str]]:
        """Every disposition but the one at hand, with the address of the card that records it, with a reason."""
        others = [way for way in Disposition if way != self.disposition]
        return [(way, self._url_with(query_of(self.walked.answers, choose=way.value))) for way in others]

    @property
    def follow_url(self) -> str:
        """Back onto the way, after something else was chosen."""
        return self._url_with(query_of(self.walked.answers))

    def _shows_who_is_called(self) -> dict[str, str | bool]:
        return {
            "hx-get": self.url,
            "hx-trigger": "change",
            "hx-target": "#wake",
            "hx-select": "#wake",
            "hx-swap": "outerHTML",
            "hx-include": "#decision-form [name^='answer:'], #decision-form [name='rev']",
            "hx-vals": json.dumps({"choose": self.choose}),
        }

    def _url_with(self, query: str) -> str:
        tail = urlencode([("rev", self.rev), *self.filters.said.items()])
        return f"{self.url}?{query}&{tail}" if query else f"{self.url}?{tail}"


def card_of(
    mention_id: int,
    filters: Filters,
    data: Mapping[str, str],
    form: DecisionForm | None = None,
    conflict: Conflict | None = None,
    *,
    alone: bool = False,
) -> Card:
    """The card as the request's `data` leaves it: answers, rev, ask, choose, severity; `form` is a decision that was
    not recorded. Raises Triage.DoesNotExist."""
    loaded = load(mention_id)
    rev, severity = whole_number(data.get("rev", "")), data.get("severity", "")
    detail = detail_of(loaded, answers_from(data), data.get("ask", ""), card_alone=alone)
    return Card(
        detail=detail,
        filters=filters,
        rev=loaded.triage.rev if rev is None else rev,
        form=form or DecisionForm(initial={"severity": severity}),
        choose=_chosen(data, detail.guide.walked),
        severity=severity if severity in Level.values[1:] else "",
        conflict=conflict,
    )


def _chosen(data: Mapping[str, str], walked: Walked) -> str:
    """A disposition beside the way: chosen by a link, or tried to be recorded."""
    choose, tried = data.get("choose", ""), data.get("disposition", "")
    if choose in Disposition.values:
        return choose
    return tried if tried in Disposition.values and walked.leaves(tried) else ""

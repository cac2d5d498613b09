"""Rules, reasons and problems in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from playbooks import decision_tree, rules
from playbooks.path import Problem
from playbooks.rules import Condition, Held, Reason, Rule, Skipped
from playbooks.vocabulary import label_of, value_in_words

Hits = Mapping[str, Sequence[str]]  # fact → the words of the text behind its number
NO_HITS: Hits = {}

PROBLEMS = {
    "answer_not_offered": _("This answer is not offered by the question."),
    "dead_end": _("The way leads nowhere."),
    "incomplete_outcome": _("The outcome lacks a part that it needs."),
    "loop": _("The way leads back to a question that was already asked."),
    "missing_translation": _("A text is missing in one language."),
    "name_twice": _("A question and an outcome have the same short name."),
    "risk_denied": _("A risk question must never be pre-answered “no”."),
    "risk_without_no": _("A risk question needs the answer “no”."),
    "task_hinted": _("A task can only be confirmed by a person; it takes no hints."),
    "unknown_fact": _("The rule names a fact that is not in the vocabulary."),
    "unknown_question": _("The answer belongs to no question of these playbooks."),
    "unknown_role": _("The role does not exist."),
    "unknown_template": _("The template does not exist."),
    "unknown_tree": _("The playbook does not exist or is not published."),
    "unknown_urgency": _("The urgency does not exist."),
    "unknown_value": _("The fact never has this value."),
    "unknown_word_list": _("The word list does not exist."),
    "unreachable": _("No answer leads here."),
    "wrong_value": _("The value does not fit the kind of the fact."),
    "wrong_operator": _("The comparison does not fit the kind of the fact."),
}
# The reasons of rules that could not be evaluated, as `playbooks.rules` and `decision_tree` store them.
REASONS = {
    rules.NO_VALUE: _("it is not yet computed"),
    rules.NOT_A_NUMBER: _("its value is not a number"),
    rules.NOT_YES_OR_NO: _("its value is not yes or no"),
    rules.NOT_TEXT: _("its value is neither a text nor a set of texts"),
    rules.NOT_COMPARABLE: _("its value is of another kind than the rule expects"),
    rules.UNKNOWN_OPERATOR: _("the rule uses an unknown operator"),
    decision_tree.NEVER_DENIED: _("a risk question is never pre-answered no"),
    decision_tree.NOT_OFFERED: _("it suggests an answer that the question does not offer"),
}
# What a severity level demands beyond calling people, in the order in which it is shown.
DEMANDS = {
    "first_word": _("first word in public within %(value)s"),
    "holding": _("holding statement drafted within %(draft)s, out within %(out)s"),
    "update_every": _("an update every %(value)s"),
    "pause": _("planned posts are paused: %(value)s"),
    "cover_hours_only": _("during cover hours only"),
}
PAUSES = {
    "no": _("no"),
    "ask": _("ask a person"),
    "recommended": _("recommended"),
    "automatic": _("automatically"),
}


def reason_in_words(reason: Reason, hits: Hits = NO_HITS) -> str:
    """Why a rule fired: “names or tags us: yes · hits of watched names: 2 (at least 1)”; the words where known."""
    return " · ".join(_held_in_words(held, hits.get(held.fact, ())) for held in reason.held)


def skipped_in_words(skipped: Skipped) -> str:
    """Which fact a rule lacked, and why; reasons that triage states are translated by its own catalogue."""
    reason = str(REASONS.get(skipped.reason) or gettext(skipped.reason))
    return f"{label_of(skipped.fact)}: {reason}" if skipped.fact else f"{skipped.rule}: {reason}"


def problem_in_words(problem: Problem) -> str:
    sentence = str(PROBLEMS.get(problem.code, problem.code))
    return f"{sentence} ({', '.join(part for part in (problem.at, problem.detail) if part)})"


def rule_in_words(rule: Rule) -> str:
    """“times the usual volume: at least 3 and …”, for people; `rules.rule_notation` is the short English form."""
    joint = gettext(" or ") if rule.combine == "any" else gettext(" and ")
    return joint.join(f"{label_of(c.fact)}: {_bound_in_words(c)}" for c in rule.conditions)


def demand_in_words(key: str, value: Any) -> str:
    """One demand of a severity level, as the matrix has it: `update_every: 60m`, `holding: {draft: 20m, out: 60m}`."""
    return str(DEMANDS[key]) % (value if isinstance(value, dict) else {"value": PAUSES.get(value, value)})


def _held_in_words(held: Held, hits: Sequence[str]) -> str:
    if hits:
        quoted = ", ".join(gettext("“%(word)s”") % {"word": word} for word in hits)
        return f"{label_of(held.fact)}: {quoted}"
    words = f"{label_of(held.fact)}: {value_in_words(held.fact, held.value)}"
    return f"{words} ({_bound_in_words(held)})" if held.op in ("gte", "lte") else words


def _bound_in_words(condition: Condition | Held) -> str:
    expected = value_in_words(condition.fact, condition.expected)
    if condition.op == "gte":
        return gettext("at least %(number)s") % {"number": expected}
    return gettext("at most %(number)s") % {"number": expected} if condition.op == "lte" else expected

"""Evaluates one rule (a hint of a question, or a rule of the severity matrix) against the facts of a mention.

A rule that cannot be evaluated never raises and never counts as "no": it is reported, with its reason.
"""

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

OPS = ("gte", "lte", "eq", "in", "is")

NO_VALUE = "it is not yet computed"
NOT_A_NUMBER = "its value is not a number"
NOT_YES_OR_NO = "its value is not yes or no"
NOT_TEXT = "its value is neither a text nor a set of texts"
NOT_COMPARABLE = "its value is of another kind than the rule expects"
UNKNOWN_OPERATOR = "the rule uses an unknown operator"


@dataclass(frozen=True, slots=True)
class NotComputable:
    """A fact that cannot be computed yet; `reason`, an English half-sentence, is translated when shown."""

    reason: str = NO_VALUE


Scalar = bool | int | float | str
Fact = Scalar | AbstractSet[str] | Sequence[str] | NotComputable | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: gte and lte expect a number, eq a number or a text, in some texts, is a bool."""

    fact: str
    op: str
    expected: Scalar | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that must `all` hold, or `any` of them; `suggest`: a hint's answer, empty in the matrix."""

    conditions: tuple[Condition, ...]
    combine: str = "all"
    suggest: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A condition that held, with the value it saw (sets as sorted tuples)."""

    fact: str
    op: str
    expected: Scalar | tuple[str, ...]
    value: Scalar | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule fired: every condition of an `all` rule, the first that held of an `any` rule."""

    held: tuple[Held, ...]

    @property
    def rule(self) -> str:
        return " and ".join(condition_notation(held) for held in self.held)

    @property
    def value(self) -> Any:
        """The value seen; with several conditions, a dict by fact."""
        values = {held.fact: _plain(held.value) for held in self.held}
        return next(iter(values.values())) if len(values) == 1 else values


@dataclass(frozen=True, slots=True)
class Skipped:
    """A rule that could not be evaluated, the fact that it lacked, and why."""

    rule: str
    fact: str
    reason: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`because` is set if the rule fired; `skipped` names what it could not see if it did not."""

    because: Reason | None
    skipped: tuple[Skipped, ...] = ()


def evaluate(rule: Rule, facts: Mapping[str, Fact]) -> Evaluation:
    """An `any` rule fires on the conditions it can see; an `all` rule needs every one of them."""
    results = [_check(condition, facts) for condition in rule.conditions]
    held = tuple(result for result in results if isinstance(result, Held))
    if held and rule.combine == "any":
        return Evaluation(Reason(held[:1]))
    if held and len(held) == len(results):
        return Evaluation(Reason(held))
    unseen = _unseen(rule, results)
    words = rule_notation(rule) if unseen else ""
    return Evaluation(None, tuple(Skipped(words, condition.fact, reason) for condition, reason in unseen))


def rule_notation(rule: Rule) -> str:
    joint = " or " if rule.combine == "any" else " and "
    return joint.join(condition_notation(condition) for condition in rule.conditions)


def condition_notation(condition: Condition | Held) -> str:
    """`mention.direct is true`, `text.lex.danger is at least 1`, `author.kind is one of lawyer, employee`."""
    words = {"gte": "is at least", "lte": "is at most", "eq": "is", "in": "is one of", "is": "is"}
    return f"{condition.fact} {words.get(condition.op, condition.op)} {_spoken(condition.expected)}"


def facts_as_json(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """The facts a suggestion saw, for keeping: sets as sorted lists, what is not computable as an object."""
    return {key: _fact_as_json(facts[key]) for key in sorted(facts)}


def facts_from_json(kept: Mapping[str, Any]) -> dict[str, Fact]:
    return {key: NotComputable(v["not_computable"]) if isinstance(v, dict) else v for key, v in kept.items()}


def _check(condition: Condition, facts: Mapping[str, Fact]) -> Held | str | None:
    """Held, or why it cannot be seen, or None: it is simply not so."""
    value = facts.get(condition.fact)
    if value is None:
        return NO_VALUE
    if isinstance(value, NotComputable):
        return value.reason
    holds = _COMPARE.get(condition.op, _unknown_operator)(value, condition.expected)
    if isinstance(holds, str):
        return holds
    return Held(condition.fact, condition.op, condition.expected, _frozen(value)) if holds else None


def _unseen(rule: Rule, results: list[Held | str | None]) -> list[tuple[Condition, str]]:
    return [(c, r) for c, r in zip(rule.conditions, results, strict=True) if isinstance(r, str)]


def _at_least(value: Fact, expected: Any) -> bool | str:
    return value >= expected if _is_number(value) and _is_number(expected) else NOT_A_NUMBER


def _at_most(value: Fact, expected: Any) -> bool | str:
    return value <= expected if _is_number(value) and _is_number(expected) else NOT_A_NUMBER


def _equals(value: Fact, expected: Any) -> bool | str:
    both_numbers = _is_number(value) and _is_number(expected)
    both_texts = isinstance(value, str) and isinstance(expected, str)
    return value == expected if both_numbers or both_texts else NOT_COMPARABLE


def _is_one_of(value: Fact, expected: Any) -> bool | str:
    texts = _texts(value)
    if texts is None or not isinstance(expected, tuple):
        return NOT_TEXT
    return not texts.isdisjoint(expected)


def _is(value: Fact, expected: Any) -> bool | str:
    return value is expected if isinstance(value, bool) and isinstance(expected, bool) else NOT_YES_OR_NO


def _unknown_operator(value: Fact, expected: Any) -> str:
    return UNKNOWN_OPERATOR


_COMPARE = {"gte": _at_least, "lte": _at_most, "eq": _equals, "in": _is_one_of, "is": _is}


def _is_number(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(value: Fact) -> AbstractSet[str] | None:
    """A text as a set of one; None if it is no text and no collection of texts."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, AbstractSet | list | tuple) and all(isinstance(text, str) for text in value):
        return set(value)
    return None


def _frozen(value: Any) -> Scalar | tuple[str, ...]:
    return value if isinstance(value, Scalar) else tuple(sorted(value))


def _plain(value: Scalar | tuple[str, ...]) -> Scalar | list[str]:
    return list(value) if isinstance(value, tuple) else value


def _spoken(expected: Scalar | tuple[str, ...]) -> str:
    if isinstance(expected, bool):
        return "true" if expected else "false"
    return ", ".join(expected) if isinstance(expected, tuple) else str(expected)


def _fact_as_json(value: Fact) -> Any:
    if value is None or isinstance(value, NotComputable):
        return {"not_computable": value.reason if value else NO_VALUE}
    if isinstance(value, float) and not math.isfinite(value):
        return {"not_computable": NOT_A_NUMBER}
    if isinstance(value, Scalar):
        return value
    texts = _texts(value)
    return {"not_computable": NOT_TEXT} if texts is None else sorted(texts)

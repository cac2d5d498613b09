"""Proposes a severity from the agreed matrix: the highest level of which a rule fires."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playbooks.rules import Evaluation, Fact, Reason, Rule, Skipped, evaluate
from playbooks.tree import LEVELS

LOWEST = LEVELS[0]


@dataclass(frozen=True, slots=True)
class LevelRules:
    """One row of the matrix; any of its rules proposes its level."""

    level: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class SeverityProposal:
    """`because` is None at L0; `not_computable` are the rules of any level that could not be evaluated."""

    level: str
    because: Reason | None = None
    not_computable: tuple[Skipped, ...] = ()


def propose(levels: Iterable[LevelRules], facts: Mapping[str, Fact]) -> SeverityProposal:
    """The highest level with a rule that fires, else L0. A person confirms it; every hour counts."""
    level, because = LOWEST, None
    skipped: list[Skipped] = []
    for row in sorted(levels, key=lambda row: rank(row.level), reverse=True):
        evaluations = [evaluate(rule, facts) for rule in row.rules]
        skipped.extend(part for evaluation in evaluations for part in evaluation.skipped)
        fired = _first_fired(evaluations)
        if fired and because is None:
            level, because = row.level, fired
    return SeverityProposal(level, because, tuple(skipped))


def rank(level: str) -> int:
    """0 for L0 (and for no level) to 4 for L4: for sorting and comparing."""
    return LEVELS.index(level) if level in LEVELS else 0


def higher(one: str, other: str) -> str:
    """The higher of two levels, e.g. of the matrix and of the suggested leaf; an empty one counts as L0."""
    return LEVELS[max(rank(one), rank(other))]


def _first_fired(evaluations: Iterable[Evaluation]) -> Reason | None:
    return next((evaluation.because for evaluation in evaluations if evaluation.because), None)

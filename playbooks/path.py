"""The explained way through the trees: what a suggestion and a decision keep, as plain data and as JSON.

A path holds ids, not sentences: `playbooks.explain` looks the words up in the frozen versions that it names.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Any

from playbooks.rules import Held, Reason, Skipped

PERSON = "person"
HINT = "hint"


@dataclass(frozen=True, slots=True)
class Step:
    """One question on the way.

    `answer` is None where the walk stopped (the open question) and on a risk question that it passed as if
    confirmed "no". `suggested` and `because` are the first hint that fired, also where a person answered
    otherwise; `by` is "person", "hint" or empty.
    """

    playbook: str
    version: int
    node: str
    answer: str | None = None
    by: str = ""
    suggested: str | None = None
    because: Reason | None = None
    skipped: tuple[Skipped, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.playbook}/{self.node}"


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk question of a tree that the walk entered, on its way or not; `answer` is a person's only."""

    playbook: str
    version: int
    node: str
    on_path: bool
    answer: str | None = None
    suggested: str | None = None
    because: Reason | None = None
    skipped: tuple[Skipped, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.playbook}/{self.node}"

    @property
    def fired(self) -> bool:
        return self.because is not None


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where the walk ended: the outcome and the parts of it that a deadline and an escalation rely on."""

    playbook: str
    version: int
    outcome: str
    disposition: str
    level: str = ""
    urgency: str = ""
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong on the way, never raised: `code` is a key of `playbooks.explain.PROBLEMS`."""

    code: str
    at: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """`open_question` and `to_confirm` are keys like `scenario-map/danger`, as in the answers of a person."""

    steps: tuple[Step, ...] = ()
    leaf: Leaf | None = None
    open_question: str | None = None
    to_confirm: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def disposition(self) -> str | None:
        return self.leaf.disposition if self.leaf else None

    @property
    def outcome(self) -> str | None:
        return self.leaf.outcome if self.leaf else None

    @property
    def fired_risks(self) -> tuple[Risk, ...]:
        """The risk questions with a rule that fired, on the way or off it: shown in full, never skipped."""
        return tuple(risk for risk in self.risks if risk.fired)

    @property
    def versions(self) -> Mapping[str, int]:
        """Playbook → version number of every tree that the walk entered."""
        return {step.playbook: step.version for step in self.steps}

    def to_json(self) -> dict[str, Any]:
        """Plain lists, dicts and scalars; what is empty is left out, so that a million paths stay small."""
        kept: dict[str, Any] = _as_json(self)
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Path":
        parts = dict(kept)
        parts["steps"] = tuple(Step(**_explained(step)) for step in kept.get("steps", ()))
        parts["risks"] = tuple(Risk(**_explained(risk)) for risk in kept.get("risks", ()))
        parts["problems"] = tuple(Problem(**problem) for problem in kept.get("problems", ()))
        parts["to_confirm"] = tuple(kept.get("to_confirm", ()))
        if "leaf" in kept:
            parts["leaf"] = Leaf(**{**kept["leaf"], "who": tuple(kept["leaf"].get("who", ()))})
        return cls(**parts)


def _as_json(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return [_as_json(part) for part in value]
    items = _fields_of(type(value))  # type: ignore[arg-type]  # to mypy a class is not hashable
    if items is None:
        return value
    parts = ((name, getattr(value, name), default) for name, default in items)
    return {name: _as_json(part) for name, part, default in parts if default is MISSING or part != default}


@cache
def _fields_of(kind: type) -> tuple[tuple[str, Any], ...] | None:
    """The names and defaults of a dataclass; None for anything else."""
    return tuple((item.name, item.default) for item in fields(kind)) if is_dataclass(kind) else None


def _explained(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a step or a risk, its reason and its skipped rules made whole again."""
    parts = dict(kept)
    if "because" in parts:
        parts["because"] = Reason(tuple(_held(held) for held in parts["because"]["held"]))
    parts["skipped"] = tuple(Skipped(**skipped) for skipped in parts.get("skipped", ()))
    return parts


def _held(kept: Mapping[str, Any]) -> Held:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return Held(**values)

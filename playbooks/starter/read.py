"""Reads the starter files into plain data; a wrong file is one error with file, line, key and reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from accounts.roles import ALL_ROLES, PLACES, ROLES
from playbooks.content import Part, optional
from playbooks.rules import Rule
from playbooks.severity_rules import LevelRules
from playbooks.starter.folder import read_file
from playbooks.tree import LEVELS, Text, Tree
from playbooks.tree_schema import parse_rule, parse_tree

T = TypeVar("T")
FOLDER = Path(__file__).parent
TREES = ("self-inflicted", "scenario-map", "response-assessment")
DEMANDS = ("first_word", "holding", "update_every", "pause", "cover_hours_only")


@dataclass(frozen=True, slots=True)
class StarterUrgency:
    within: timedelta
    around_the_clock: bool


@dataclass(frozen=True, slots=True)
class Common:
    """What the trees share."""

    labels: Mapping[str, Text]
    urgency: Mapping[str, StarterUrgency]
    templates: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class StarterLevel:
    """One row of the matrix; `demands` as the file says them."""

    name: Text
    rules: tuple[Rule, ...]
    acknowledge_within: timedelta | None
    acknowledgement_lasts: timedelta | None
    unacknowledged_to: tuple[dict[str, str], ...]
    approve: tuple[dict[str, str], ...]
    default_who: tuple[str, ...]
    demands: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Matrix:
    levels: Mapping[str, StarterLevel]
    rounds: int

    @property
    def rules(self) -> tuple[LevelRules, ...]:
        return tuple(LevelRules(level, row.rules) for level, row in self.levels.items())


@dataclass(frozen=True, slots=True)
class Starter:
    common: Common
    matrix: Matrix
    trees: Mapping[str, Tree]


def read_starter(folder: Path = FOLDER) -> Starter:
    """Everything in the folder; raises FileError."""
    common = read_common(folder)
    matrix = _read(folder, "severity", _matrix)
    trees = {slug: _read(folder, slug, lambda data: parse_tree(data, common.labels)) for slug in TREES}
    return Starter(common, matrix, trees)


def read_common(folder: Path = FOLDER) -> Common:
    """What the trees share; raises FileError."""
    return _read(folder, "common", _common)


def _read(folder: Path, name: str, parse: Callable[[Any], T]) -> T:
    return read_file(folder / f"{name}.yaml", parse)


def _common(data: Any) -> Common:
    keys = ("labels", "urgency", "templates")
    parts = Part(data).fields(*keys, required=keys)
    return Common(
        labels={slug: part.both_languages() for slug, part in parts["labels"].named().items()},
        urgency={slug: _urgency(part) for slug, part in parts["urgency"].named().items()},
        templates={slug: part.both_languages() for slug, part in parts["templates"].named().items()},
    )


def _urgency(part: Part) -> StarterUrgency:
    fields = part.fields("within", "around_the_clock", required=("within", "around_the_clock"))
    return StarterUrgency(fields["within"].duration(), fields["around_the_clock"].flag())


def _matrix(data: Any) -> Matrix:
    parts = Part(data).fields("levels", "rounds", "default_who", required=("levels", "rounds", "default_who"))
    default_who = {level: _roles(part) for level, part in parts["default_who"].fields(*LEVELS).items()}
    levels = parts["levels"].fields(*LEVELS, required=LEVELS)
    return Matrix(
        levels={name: _level(part, default_who.get(name, ())) for name, part in levels.items()},
        rounds=parts["rounds"].whole_number(),
    )


def _level(part: Part, default_who: tuple[str, ...]) -> StarterLevel:
    fields = part.fields(
        "name", "rules", "acknowledge_within", "acknowledgement_lasts", "unacknowledged_to", "approve", *DEMANDS,
        required=("name", "rules"),
    )  # fmt: skip
    return StarterLevel(
        name=fields["name"].both_languages(),
        rules=tuple(parse_rule(item) for item in fields["rules"].items()),
        acknowledge_within=optional(fields.get("acknowledge_within"), Part.duration, None),
        acknowledgement_lasts=optional(fields.get("acknowledgement_lasts"), Part.duration, None),
        unacknowledged_to=tuple(_target(item) for item in _items(fields.get("unacknowledged_to"))),
        approve=tuple(_approver(item) for item in _items(fields.get("approve"))),
        default_who=default_who,
        demands={key: fields[key].value for key in DEMANDS if key in fields},
    )


def _items(part: Part | None) -> list[Part]:
    return list(part.items()) if part else []


def _roles(part: Part) -> tuple[str, ...]:
    return tuple(item.one_of(ROLES) for item in part.items())


def _target(part: Part) -> dict[str, str]:
    fields = part.fields("role", "who", required=("role", "who"))
    return {"role": fields["role"].one_of((*ROLES, ALL_ROLES)), "who": fields["who"].one_of(PLACES)}


def _approver(part: Part) -> dict[str, str]:
    fields = part.fields("role", "after", required=("role",))
    if "after" in fields:
        fields["after"].duration()
    return {"role": fields["role"].one_of(ROLES)} | {key: fields[key].text() for key in ("after",) if key in fields}

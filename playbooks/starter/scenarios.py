"""The starter's scenarios: one file each, read into plain data, and stored once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import Role
from accounts.roles import ROLES
from playbooks.content import Part, optional
from playbooks.models import (
    DoNot,
    EscalationPolicy,
    Outlet,
    ResponsibilityClass,
    Scenario,
    ScenarioRole,
    ScenarioStrategy,
    ScenarioTask,
    Sign,
    StatementTemplate,
    Strategy,
)
from playbooks.models.scenarios import SHORT_LENGTH
from playbooks.placeholders import refuse_unknown
from playbooks.starter.folder import files_of, read_file
from playbooks.tree import LEVELS, Text

Moment, Fits = StatementTemplate.Moment, StatementTemplate.Fits
LINES: Mapping[str, type[models.Model]] = {"signs": Sign, "do_not": DoNot, "outlets": Outlet}
KEYS = ("scenario", "position", "name", "when", "level", "responsibility", "roles", "tasks", "strategies",
        "statements", *LINES)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A line in both languages, with whatever else its kind of row holds."""

    text: Text
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StarterScenario:
    """`fields` of the row itself, and its rows by kind."""

    slug: str
    fields: Mapping[str, Any]
    rows: Mapping[type[models.Model], tuple[Said, ...]]


def read_scenarios(folder: Path) -> list[StarterScenario]:
    """Every file of `folder`/scenarios; raises FileError with file, line and key."""
    return [read_file(path, scenario_of) for path in files_of(folder / "scenarios")]


def scenario_of(data: Any) -> StarterScenario:
    parts = Part(data).fields(*KEYS, required=KEYS)
    name, when = complete(parts["name"]), complete(parts["when"])
    return StarterScenario(
        slug=parts["scenario"].slug(),
        fields={
            "position": parts["position"].whole_number(),
            "name_en": name.en, "name_de": name.de, "when_en": when.en, "when_de": when.de,
            "level": parts["level"].one_of(LEVELS),
            "responsibility": parts["responsibility"].one_of(ResponsibilityClass.values),
        },
        rows={
            **{model: tuple(Said(complete(item), {}) for item in parts[key].items()) for key, model in LINES.items()},
            ScenarioRole: tuple(role_of(item) for item in parts["roles"].items()),
            ScenarioTask: tuple(task_of(item) for item in parts["tasks"].items()),
            ScenarioStrategy: tuple(strategy_of(item) for item in parts["strategies"].items()),
            StatementTemplate: statements_of(parts["statements"]),
        },
    )  # fmt: skip


def complete(part: Part) -> Text:
    """A text in both languages, neither of them missing or empty."""
    fields = part.fields("en", "de", required=("en", "de"))
    for language in fields.values():
        if not language.text().strip():
            raise language.fail(_("A text is missing here."))
    return Text(fields["en"].text(), fields["de"].text())


def role_of(part: Part) -> Said:
    fields = part.fields("role", "does", required=("role", "does"))
    return Said(complete(fields["does"]), {"role": fields["role"].one_of(ROLES)})


def strategy_of(part: Part) -> Said:
    fields = part.fields("use", "how", required=("use", "how"))
    return Said(complete(fields["how"]), {"strategy": fields["use"].one_of(Strategy.values)})


def task_of(part: Part) -> Said:
    fields = part.fields("who", "within", "what", "done", required=("who", "what", "done"))
    done = complete(fields["done"])
    within = optional(fields.get("within"), Part.duration, timedelta(0))
    role = fields["who"].one_of(ROLES)
    return Said(complete(fields["what"]), {"role": role, "within": within, "done_en": done.en, "done_de": done.de})


def statements_of(part: Part) -> tuple[Said, ...]:
    moments = part.fields(*Moment.values, required=Moment.values)
    return tuple(
        Said(statement_text(text, fits), {"moment": moment, "fits": fits})
        for moment, lengths in moments.items()
        for fits, text in lengths.fields(*Fits.values, required=Fits.values).items()
    )


def statement_text(part: Part, fits: str) -> Text:
    text = complete(part)
    for language in (text.en, text.de):
        try:
            refuse_unknown(language)
        except ValidationError as error:
            raise part.fail(" ".join(error.messages)) from error
        if fits == Fits.SHORT and len(language) > SHORT_LENGTH:
            raise part.fail(_("At most %(most)d characters here; these are %(count)d.") % {
                "most": SHORT_LENGTH, "count": len(language),
            })  # fmt: skip
    return text


def store_scenarios(scenarios: list[StarterScenario]) -> int:
    """Stores those that are missing; what somebody changed stays. Returns how many were new."""
    known = set(Scenario.objects.values_list("slug", flat=True))
    new = [scenario for scenario in scenarios if scenario.slug not in known]
    roles = {role.slug: role for role in Role.objects.all()}
    policies = {policy.level: policy for policy in EscalationPolicy.objects.all()}
    for scenario in new:
        policy = policies.get(scenario.fields["level"])
        store_rows(Scenario.objects.create(slug=scenario.slug, policy=policy, **scenario.fields), scenario, roles)
    return len(new)


def store_rows(row: Scenario, scenario: StarterScenario, roles: Mapping[str, Role]) -> None:
    for model, lines in scenario.rows.items():
        made = []
        for position, line in enumerate(lines, start=1):
            fields = dict(line.fields)
            if "role" in fields:
                fields["role"] = roles[fields["role"]]
            if model is not StatementTemplate:
                fields["position"] = position
            made.append(model(scenario=row, text_en=line.text.en, text_de=line.text.de, **fields))
        model._default_manager.bulk_create(made)

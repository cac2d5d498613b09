"""Stores the starter playbooks once; what exists already, changed by somebody or not, is left alone."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from accounts.roles import ROLES, load_roles
from playbooks.check import Agreed, problems, rule_problems
from playbooks.current import DEFAULT_START
from playbooks.derive import derive
from playbooks.drafts import draft_version
from playbooks.models import (
    EscalationPolicy,
    Playbook,
    ResponseTemplate,
    SeverityLevel,
    StartTree,
    Urgency,
)
from playbooks.publish import publish_version
from playbooks.starter.house_pages import read_namings, read_pages, store_namings, store_pages
from playbooks.starter.read import FOLDER, Common, Matrix, Starter, StarterLevel, read_starter
from playbooks.starter.responsibility import store_responsibilities
from playbooks.starter.scenarios import read_scenarios, store_scenarios
from playbooks.tree import Tree
from playbooks.tree_schema import rule_as_data
from playbooks.words import problem_in_words
from playbooks.yaml_file import FileError


@transaction.atomic
def load_starter(now: datetime, folder: Path = FOLDER) -> list[str]:
    """The short names of the playbooks that were new. Raises FileError, and then nothing is stored."""
    starter = read_starter(folder)
    scenarios, pages, namings = read_scenarios(folder), read_pages(folder), read_namings(folder)
    refuse_problems(starter)
    load_roles()
    store_common(starter.common)
    store_matrix(starter.matrix)
    store_scenarios(scenarios)
    store_responsibilities()
    store_pages(pages, now)
    store_namings(namings)
    new = [slug for slug, tree in starter.trees.items() if store_tree(tree, now)]
    start = Playbook.objects.get(slug=DEFAULT_START)
    StartTree.objects.get_or_create(channel=None, defaults={"playbook": start})
    return new


def refuse_problems(starter: Starter) -> None:
    """Raises FileError for the first thing that makes no sense, though its file could be read."""
    agreed = Agreed(frozenset(ROLES), frozenset(starter.common.urgency), frozenset(starter.common.templates))
    for slug in starter.trees:
        for problem in problems(starter.trees, slug, agreed):
            raise FileError(f"{slug}.yaml: {problem_in_words(problem)}")
    for row in starter.matrix.rules:
        for rule in row.rules:
            for problem in rule_problems(rule, row.level):
                raise FileError(f"severity.yaml: {problem_in_words(problem)}")


def store_common(common: Common) -> None:
    for slug, urgency in common.urgency.items():
        values = {"within": urgency.within, "around_the_clock": urgency.around_the_clock}
        Urgency.objects.get_or_create(slug=slug, defaults=values)
    for slug, text in common.templates.items():
        ResponseTemplate.objects.get_or_create(slug=slug, defaults={"text_en": text.en, "text_de": text.de})


def store_matrix(matrix: Matrix) -> None:
    for level, row in matrix.levels.items():
        stored, _is_new = SeverityLevel.objects.get_or_create(
            level=level,
            defaults={
                "rules": [rule_as_data(rule) for rule in row.rules],
                "acknowledge_within": row.acknowledge_within,
                "acknowledgement_lasts": row.acknowledgement_lasts,
                "unacknowledged_to": list(row.unacknowledged_to),
                "default_who": list(row.default_who),
                "approve": list(row.approve),
                "demands": row.demands,
            },
        )
        if row.acknowledge_within is not None:
            store_policy(stored, row, matrix.rounds)


def store_policy(level: SeverityLevel, row: StarterLevel, rounds: int) -> None:
    """One policy per level, as the matrix has it."""
    policy, is_new = EscalationPolicy.objects.get_or_create(
        level=level.level,
        defaults={
            "slug": f"severity-{level.level.lower()}",
            "name_en": f"Severity {level.level}: {row.name.en}",
            "name_de": f"Schweregrad {level.level}: {row.name.de}",
            "rounds": rounds,
            "round_delay": row.acknowledge_within,
        },
    )
    if is_new:
        derive(policy, level)


def store_tree(tree: Tree, now: datetime) -> bool:
    """True if the playbook was new."""
    titles = {"title_en": tree.title.en, "title_de": tree.title.de}
    playbook, is_new = Playbook.objects.get_or_create(slug=tree.slug, defaults=titles)
    if is_new:
        publish_version(draft_version(playbook, tree), by=None, now=now)
    return is_new

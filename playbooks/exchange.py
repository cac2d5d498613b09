"""Playbooks as YAML files, to keep, to pass on and to bring in; what comes in is a draft."""

from collections.abc import Mapping
from functools import cache

import yaml
from django.db import transaction

from accounts.models import User
from playbooks.drafts import draft_version
from playbooks.models import Playbook, PlaybookVersion
from playbooks.starter.read import read_common
from playbooks.tree import Text, Tree
from playbooks.tree_schema import parse_tree, tree_as_data, tree_from_text
from playbooks.yaml_file import FileError, read_yaml

__all__ = ["FileError", "dump", "export_version", "import_draft", "load"]
WIDTH = 120


def dump(tree: Tree) -> str:
    """The whole tree as a file; `load` makes exactly this tree of it again."""
    return yaml.safe_dump(tree_as_data(tree), allow_unicode=True, sort_keys=False, default_flow_style=None, width=WIDTH)


def load(name: str, content: str | bytes) -> Tree:
    """The tree of a file called `name`; answers "yes" and "no" need no labels. Raises FileError with the line."""
    return read_yaml(name, content, lambda data: parse_tree(data, _common_labels()))


def export_version(version: PlaybookVersion) -> str:
    return dump(tree_from_text(version.content))


@transaction.atomic
def import_draft(name: str, content: str | bytes, *, by: User, note: str = "") -> PlaybookVersion:
    """A new draft of the playbook that the file names, which is new if there is none. Raises FileError, and then
    nothing is stored."""
    tree = load(name, content)
    titles = {"title_en": tree.title.en, "title_de": tree.title.de}
    playbook, _is_new = Playbook.objects.get_or_create(slug=tree.slug, defaults=titles)
    return draft_version(playbook, tree, author=by, note=note)


@cache
def _common_labels() -> Mapping[str, Text]:
    return read_common().labels

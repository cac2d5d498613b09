"""Playbooks as YAML files, to keep, to pass on and to bring in."""

from collections.abc import Mapping
from functools import cache

import yaml

from playbooks.starter.read import read_common
from playbooks.tree import Text, Tree
from playbooks.tree_schema import parse_tree, tree_as_data
from playbooks.yaml_file import read_yaml

WIDTH = 120


def dump(tree: Tree) -> str:
    """The whole tree as a file; `load` makes exactly this tree of it again."""
    return yaml.safe_dump(tree_as_data(tree), allow_unicode=True, sort_keys=False, default_flow_style=None, width=WIDTH)


def load(name: str, content: str | bytes) -> Tree:
    """The tree of a file called `name`; answers "yes" and "no" need no labels. Raises FileError with the line."""
    return read_yaml(name, content, lambda data: parse_tree(data, _common_labels()))


@cache
def _common_labels() -> Mapping[str, Text]:
    return read_common().labels

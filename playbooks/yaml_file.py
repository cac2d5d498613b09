"""Reads a YAML file that a person wrote; whatever is wrong becomes one sentence with file, line and key."""

from collections.abc import Callable
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext as _

from playbooks.content import ContentError

T = TypeVar("T")
MERGE = "tag:yaml.org,2002:merge"


class FileError(ValueError):
    """Names the file, the line and the key, and says what is wrong there."""


def read_yaml(name: str, text: str, parse: Callable[[Any], T]) -> T:
    """What `parse` makes of the file's data; raises FileError for bad YAML and for any ContentError."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        _refuse_twice(name, root)
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise FileError(_yaml_sentence(name, error)) from error
    try:
        return parse(data)
    except ContentError as error:
        line = _line_of(root, error.where)
        raise FileError(
            _("%(name)s, line %(line)s: %(error)s") % {"name": name, "line": line, "error": error}
        ) from error


def _refuse_twice(name: str, root: yaml.Node | None) -> None:
    """YAML lets the last of two equal keys win in silence; here it is an error."""
    seen: set[int] = set()
    ahead = [root]
    while ahead:
        node = ahead.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            _refuse_keys_twice(name, node)
            ahead.extend(value for _key, value in node.value)
        elif isinstance(node, yaml.SequenceNode):
            ahead.extend(node.value)


def _refuse_keys_twice(name: str, node: yaml.MappingNode) -> None:
    keys: set[str] = set()
    for key, _value in node.value:
        if key.tag != MERGE and str(key.value) in keys:
            words = {"name": name, "line": key.start_mark.line + 1, "key": key.value}
            raise FileError(_("%(name)s, line %(line)s: The key %(key)s stands here twice.") % words)
        keys.add(str(key.value))


def _yaml_sentence(name: str, error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    words = {
        "name": name,
        "line": mark.line + 1 if mark else 1,
        "error": getattr(error, "problem", None) or str(error).splitlines()[0],
    }
    return _("%(name)s, line %(line)s: This is no YAML: %(error)s.") % words


def _line_of(node: yaml.Node | None, where: tuple[str | int, ...]) -> int:
    """The line of the deepest part of the way that the file itself has."""
    line = node.start_mark.line + 1 if node else 1
    for step in where:
        found = _child(node, step)
        if found is None:
            break
        mark, node = found
        line = mark.line + 1
    return line


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Mark, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark, node.value[step]
    if not isinstance(node, yaml.MappingNode):
        return None
    for key, value in node.value:
        if key.tag != MERGE and str(key.value) == step:
            return key.start_mark, value
    merged = (_child(value, step) for key, value in node.value if key.tag == MERGE)
    return next((found for found in merged if found), None)

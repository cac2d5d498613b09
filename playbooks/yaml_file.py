"""Reads a YAML file that a person wrote; whatever is wrong becomes one sentence with file, line and key.

Only texts, numbers, true and false, lists and mappings are read: no dates, no tags of a program. A file that would
grow without measure, by its size, its depth or its aliases, is refused before it is built.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext as _

from playbooks.content import ContentError

T = TypeVar("T")
MERGE = "tag:yaml.org,2002:merge"
PLAIN = ("str", "int", "float", "bool", "null", "seq", "map")
LONGEST = 200_000  # characters; the longest starter file has 11,000
MOST_BYTES = 4 * LONGEST
DEEPEST = 40
MOST_PARTS = 50_000  # with every alias written out


class FileError(ValueError):
    """Names the file, the line and the key, and says what is wrong there; `line` counts from 1."""

    def __init__(self, sentence: str, line: int = 1) -> None:
        self.line = line
        super().__init__(sentence)

    @classmethod
    def at(cls, name: str, line: int, reason: object) -> "FileError":
        words = {"name": name, "line": line, "error": reason}
        return cls(_("%(name)s, line %(line)s: %(error)s") % words, line)


def read_yaml(name: str, content: str | bytes, parse: Callable[[Any], T]) -> T:
    """What `parse` makes of the file's data; raises FileError for bad YAML and for any ContentError."""
    too_long = FileError.at(name, 1, _("The file is too long; a playbook has at most 200,000 characters."))
    if len(content) > (LONGEST if isinstance(content, str) else MOST_BYTES):
        raise too_long
    text = content if isinstance(content, str) else _decoded(name, content)
    if len(text) > LONGEST:
        raise too_long
    root, data = document_of(name, text)
    try:
        return parse(data)
    except ContentError as error:
        raise FileError.at(name, _line_of(root, error.where), error) from error


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise FileError.at(name, line, _("This is no text in UTF-8.")) from error


def document_of(name: str, text: str) -> tuple[yaml.Node | None, Any]:
    """The file as nodes, which know their lines, and as plain data."""
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        _refuse_growth(name, root)
        _refuse_twice(name, root)
        return root, loader.construct_document(root) if root else None
    except yaml.YAMLError as error:
        line = _line_of_error(text, error)
        words = {"error": getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)}
        raise FileError.at(name, line, _("This is no YAML: %(error)s.") % words) from error


class _Loader(yaml.SafeLoader):
    """Knows the plain types only, and how deep it is."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem=_("it is nested too deeply"), problem_mark=self.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise yaml.MarkedYAMLError(problem=_("this value cannot be read"), problem_mark=node.start_mark) from error


_Loader.yaml_constructors = {
    tag: constructor
    for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.rpartition(":")[2] in PLAIN
}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _refuse_growth(name: str, root: yaml.Node | None) -> None:
    """Aliases are cheap to write and dear to build: counts the parts as if each alias were written out."""
    sizes: dict[int, int] = {}
    open_parts: set[int] = set()
    ahead = [(root, False)] if root else []
    while ahead:
        node, is_done = ahead.pop()
        if is_done:
            sizes[id(node)] = 1 + sum(sizes[id(child)] for child in _children(node))
            open_parts.discard(id(node))
            if sizes[id(node)] > MOST_PARTS:
                raise FileError.at(name, node.start_mark.line + 1, _("With its aliases written out it is too long."))
        elif id(node) in open_parts:
            raise FileError.at(name, node.start_mark.line + 1, _("This part contains itself."))
        elif id(node) not in sizes:
            open_parts.add(id(node))
            ahead += [(node, True), *((child, False) for child in _children(node))]


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _refuse_twice(name: str, root: yaml.Node | None) -> None:
    """YAML lets the last of two equal keys win in silence; here it is an error."""
    seen: set[int] = set()
    ahead = [root] if root else []
    while ahead:
        node = ahead.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            _refuse_keys_twice(name, node)
        ahead.extend(_children(node))


def _refuse_keys_twice(name: str, node: yaml.MappingNode) -> None:
    keys: set[str] = set()
    for key, _value in node.value:
        if key.tag != MERGE and str(key.value) in keys:
            sentence = _("The key %(key)s stands here twice.") % {"key": key.value}
            raise FileError.at(name, key.start_mark.line + 1, sentence)
        keys.add(str(key.value))


def _line_of_error(text: str, error: yaml.YAMLError) -> int:
    if isinstance(error, yaml.reader.ReaderError):
        return text[: error.position].count("\n") + 1
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 1


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

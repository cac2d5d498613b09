"""A tree as a YAML file and back, for download and upload."""

import yaml
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from playbooks.tree import Tree
from playbooks.tree_schema import parse_tree, tree_as_data
from playbooks.yaml_file import FileError, read_yaml


def tree_as_yaml(tree: Tree) -> str:
    return yaml.safe_dump(tree_as_data(tree), allow_unicode=True, sort_keys=False, width=110)


def tree_from_yaml(file: UploadedFile, most_bytes: int) -> Tree:
    """Raises FileError, which names file, line and reason."""
    name = file.name or "file"
    if (file.size or 0) > most_bytes:
        raise FileError(_("%(name)s is too large.") % {"name": name})
    try:
        text = file.read().decode()
    except UnicodeDecodeError as error:
        raise FileError(_("%(name)s is no text in UTF-8.") % {"name": name}) from error
    return read_yaml(name, text, parse_tree)

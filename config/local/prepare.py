"""Brings the database up to date before anything runs on it, and fills it on the first start.

A process of its own, so that the launcher stays small: `python -m config.local.prepare`.
"""

import hashlib
import os
import time
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def prepare() -> None:
    step("Bringing the tables up to date", "migrate", interactive=False, verbosity=0)
    step("Making the shared cache", "createcachetable", verbosity=0)
    collect_static()
    step("Loading the starter playbooks", "load_starter")
    if get_user_model().objects.exists():
        return  # somebody works here already: the demo must not come in uninvited
    if os.environ.get("EMPTY", "").strip() in {"", "0"}:
        step("Loading the demo company", "load_demo")


def step(title: str, command: str, **options: object) -> None:
    started = time.monotonic()
    print(f"{title} …")
    call_command(command, **options)
    print(f"… done in {time.monotonic() - started:.1f} s")


def collect_static() -> None:
    """Collecting takes a second, so it is left out while every file is as it was the last time."""
    note = Path(settings.STATIC_ROOT) / "collected-from"
    sources = fingerprint_of_static()
    if note.exists() and note.read_text() == sources:
        return
    step("Collecting styles and scripts", "collectstatic", interactive=False, verbosity=0)
    note.write_text(sources)


def fingerprint_of_static() -> str:
    files = sorted(storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    states = [(file, status.st_size, status.st_mtime_ns) for file in files if (status := os.stat(file))]
    return hashlib.sha256(repr(states).encode()).hexdigest()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    prepare()

"""Brings the database up to date before anything runs on it, and fills it on the first start.

A process of its own, so that the launcher stays small: `python -m config.local.prepare`.
"""

import hashlib
import os
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command

from config.first_run.setup_code import setup_code
from config.local.environment import DEMO_ACCOUNTS, SETUP_CODE, wants_demo
from config.local.keys import write_private


def prepare() -> None:
    step("Bringing the tables up to date", "migrate", interactive=False, verbosity=0)
    collect_static()
    if demo_is_due():
        step("Loading the starter playbooks and the demo company", "load_demo")
        demo_is_loaded().touch()
    else:
        step("Loading the starter playbooks", "load_starter")
    note_setup_code()


def note_setup_code() -> None:
    """For the screen, as long as the first account is to be made."""
    file = Path(settings.VAR_DIR) / SETUP_CODE
    if get_user_model().objects.exists():
        file.unlink(missing_ok=True)
    else:
        write_private(file, setup_code())


def demo_is_due() -> bool:
    """On an empty database, or when loading was cut short. It must not come in uninvited where somebody works."""
    if not wants_demo():
        return False
    was_begun = (Path(settings.VAR_DIR) / DEMO_ACCOUNTS).exists()
    return not get_user_model().objects.exists() or (was_begun and not demo_is_loaded().exists())


def demo_is_loaded() -> Path:
    return Path(settings.VAR_DIR) / "demo-is-loaded"


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
    try:
        prepare()
    except CommandError as error:
        sys.exit(str(error))

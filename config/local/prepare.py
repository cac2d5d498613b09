"""Brings the database up to date before anything runs on it, and fills it on the first start.

A process of its own, so that the launcher stays small: `python -m config.local.prepare`.
"""

import os
import time

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command


def prepare() -> None:
    step("Bringing the tables up to date", "migrate", interactive=False, verbosity=0)
    step("Making the shared cache", "createcachetable", verbosity=0)
    step("Collecting styles and scripts", "collectstatic", interactive=False, verbosity=0)
    step("Loading the starter playbooks", "load_starter")
    if get_user_model().objects.exists():
        return  # somebody works here already: the demo must not come in uninvited
    if os.environ.get("EMPTY", "").strip() in {"", "0"}:
        step("Loading the demo company", "load_demo")


def step(title: str, command: str, **options: object) -> None:
    started = time.monotonic()
    print(f"{title} …")
    call_command(command, **options)
    print(f"{title}: done in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    prepare()

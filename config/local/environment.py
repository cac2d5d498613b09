"""What a local console sets where the environment says nothing, and the file that tells `manage.py` beside it."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import environ

from config.local.keys import write_private

FILE = "environment"
DEMO_ACCOUNTS = "demo-accounts.json"
SETUP_CODE = "setup-code"  # while nobody has an account
# What another process needs to work on the same data.
SHARED = (
    "VAR_DIR",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
    "EMAIL_URL",
    "DEMO",
)


def complete(known: Mapping[str, str], address: str, folder: Path) -> dict[str, str]:
    """The environment of every process: what is set wins, then `known`, then the defaults of a console at home."""
    defaults = {
        "PUBLIC_URL": address,
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "EMAIL_URL": f"filemail://{quote(str(folder / 'mail'))}",
        "DEMO": "0",
        "SECOND_FACTOR": "optional" if wants_demo() else "required",  # the demo's people sign in by password
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
    }
    given = {name: value for name, value in os.environ.items() if value.strip()}
    return {**defaults, **known, **given, "VAR_DIR": str(folder)}


def remember(environment: Mapping[str, str], folder: Path) -> None:
    """Writes VAR_DIR/environment (0600), so that `manage.py` finds this console without being told."""
    lines = [f"{name}='{environment[name]}'" for name in SHARED]
    write_private(folder / FILE, "\n".join(lines) + "\n")


def with_demo(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The same with the demo's guided scene, where the demo is loaded, mails are kept, and DEMO says nothing else."""
    at_home = environment["EMAIL_URL"].startswith("filemail:") and environment["PUBLIC_URL"].startswith("http://")
    is_loaded = wants_demo() and (folder / DEMO_ACCOUNTS).exists()
    switched = os.environ.get("DEMO", "").strip()
    return {**environment, "DEMO": switched or ("1" if at_home and is_loaded else "0")}


def wants_demo() -> bool:
    """Unless EMPTY is set."""
    return os.environ.get("EMPTY", "").strip() in {"", "0"}


def borrow(folder: Path) -> None:
    """For `manage.py`: takes from the file what the environment does not set. Without such a file nothing happens."""
    if (folder / FILE).exists():
        environ.Env.read_env(folder / FILE)

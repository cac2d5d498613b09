"""The very commands of docs/deploy.md: what they keep can be restored elsewhere, and the console works on it."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from cryptography.fernet import InvalidToken
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from config.local.postgres_binaries import find_binaries
from crisis.models import ContactMethod
from monitoring.models import Channel, Mention
from tests.deploy.databases import connected_to, empty_database
from tests.deploy.work import CREDENTIALS, work
from triage.models import Decision

DOCS = Path(__file__).parents[2] / "docs" / "deploy.md"
SOURCE, TARGET = "backed_up", "restored"


def test_a_backup_restored_into_another_database_is_the_same_console(tmp_path, django_db_blocker, settings):
    settings.VAR_DIR = tmp_path
    with django_db_blocker.unblock(), empty_database(SOURCE) as source, empty_database(TARGET) as target:
        with connected_to(SOURCE):
            call_command("migrate", verbosity=0)
            work(timezone.now())
            kept = everything()
        follow("pg_dump", source, tmp_path)
        follow("pg_restore", target, tmp_path)
        with connected_to(TARGET):
            assert everything() == kept
            call_command("migrate", verbosity=0, check_unapplied=True)
            assert CREDENTIALS in kept["credentials"]
            look_at_the_inbox(kept["mentions"])
            without_the_keys(settings)


def follow(program: str, address: str, folder: Path) -> None:
    """Runs the line of docs/deploy.md that begins with `program`, as somebody does who copies it."""
    (line,) = re.findall(rf"^{program} .*$", DOCS.read_text(), re.MULTILINE)
    path = f"{find_binaries().folder}:{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", "-c", line], cwd=folder, env={"PATH": path, "DATABASE_URL": address}, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr


def everything() -> dict[str, list]:
    return {
        "mentions": list(Mention.objects.order_by("pk").values_list("pk", "text")),
        "decisions": list(Decision.objects.order_by("pk").values_list("pk", "by__username", "reason", "path")),
        "addresses": list(ContactMethod.objects.order_by("pk").values_list("address", flat=True)),
        "credentials": list(Channel.objects.order_by("pk").values_list("credentials", flat=True)),
    }


def look_at_the_inbox(mentions: list[tuple[int, str]]) -> None:
    client = Client()
    client.force_login(User.objects.get(username="maya"))
    newest, text = mentions[-1]
    assert client.get(reverse("triage:inbox")).status_code == 200
    assert text[:20] in client.get(reverse("triage:mention", args=[newest])).content.decode()


def without_the_keys(settings) -> None:
    """Why docs/deploy.md wants FIELD_ENCRYPTION_KEYS kept beside the dump."""
    settings.FIELD_ENCRYPTION_KEYS = ["YW5vdGhlciBrZXkgdGhhbiB0aGUgb25lIG9mIHRoZW4="]
    with pytest.raises(InvalidToken):
        Channel.objects.get(credentials__gt="")

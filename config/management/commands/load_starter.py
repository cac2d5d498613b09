"""`manage.py load_starter`: what every console begins with; may run at every start."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.groups import GROUPS, load_groups
from accounts.roles import load_roles
from monitoring.word_lists.load import load_word_lists
from playbooks.starter.load import load_starter
from playbooks.yaml_file import FileError


class Command(BaseCommand):
    help = "Loads sign-in groups, duty roles, word lists and playbooks; leaves alone what somebody has changed."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        load_groups()
        self.say("Sign-in groups with their rights", len(GROUPS), "in force")
        self.say("Duty roles", load_roles(), "new")
        self.say("Word lists", load_word_lists(), "new")
        self.say("Playbooks", len(self.load_playbooks()), "new")

    def load_playbooks(self) -> list[str]:
        try:
            return load_starter(timezone.now())
        except FileError as error:
            raise CommandError(str(error)) from error

    def say(self, what: str, count: int, how: str) -> None:
        self.stdout.write(f"{what}: {count} {how}")

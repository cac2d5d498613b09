"""`manage.py load_starter`: the starter playbooks, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from playbooks.starter.load import load_starter
from playbooks.yaml_file import FileError


class Command(BaseCommand):
    help = "Loads the starter playbooks, severity matrix, policies and texts; leaves alone what exists."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            new = load_starter(timezone.now())
        except FileError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"New playbooks: {', '.join(new) or 'none'}.")

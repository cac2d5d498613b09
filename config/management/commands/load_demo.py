"""`manage.py load_demo`: the demo company on an empty console."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.load import InUse, load_demo
from config.demo.people import accounts_file


class Command(BaseCommand):
    help = "Loads a fictional company with people, channels and four days of mentions; adds only what is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("load_starter", stdout=self.stdout)
        try:
            loaded = load_demo(timezone.now())
        except InUse as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Mentions: {loaded.mentions} new")
        self.stdout.write(f"People: {', '.join(loaded.people)}; how they sign in stands in {accounts_file()}")

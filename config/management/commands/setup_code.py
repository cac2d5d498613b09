"""`manage.py setup_code`: what the first visitor of an empty console is asked for."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from config.first_run.claim import is_unclaimed
from config.first_run.setup_code import setup_code


class Command(BaseCommand):
    help = "Prints the code with which the first account is made; there is none once somebody has an account."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_unclaimed():
            raise CommandError("Somebody has an account already: this console has no set-up code any more.")
        self.stdout.write(f"{setup_code()}\nto be entered at {settings.PUBLIC_URL}{reverse('first-run')}")

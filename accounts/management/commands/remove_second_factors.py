"""For the last administrator who lost phone and recovery codes: takes their second factors away, on the server."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts import mails, second_factor, sessions, sign_in_log
from accounts.models import User


class Command(BaseCommand):
    help = "Removes every second factor of a person, ends their sessions and tells them by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, username: str, **options: object) -> None:
        person = User.objects.filter(username__iexact=username).first()
        if person is None:
            raise CommandError(f"Nobody is called {username!r}.")
        count = second_factor.remove_all(person)
        sessions.end_all(person)
        mails.queue_notice(person, "factors_removed")
        sign_in_log.note("factors_removed", person)
        self.stdout.write(f"{person.username}: {count} removed; the password alone signs in now.")

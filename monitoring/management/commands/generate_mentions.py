"""`manage.py generate_mentions N --channel SLUG`: made-up mentions through the real ingest, to try a machine."""

import time
from datetime import timedelta
from itertools import islice
from secrets import token_hex
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from monitoring.ingest import MOST_AT_ONCE, ingest
from monitoring.made_up import made_up
from monitoring.management.commands.ingest import find_channel
from monitoring.models import Channel


class Command(BaseCommand):
    help = "Fills a channel with made-up mentions in five languages. What is generated stays: use a console of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, metavar="N")
        parser.add_argument("--channel", required=True, metavar="SLUG")
        parser.add_argument(
            "--create-channel", metavar="NAME", help="make a file channel of this name if there is none"
        )
        parser.add_argument("--days", type=int, default=30, help="the time over which they were posted (30)")
        parser.add_argument("--seed", help="the same seed brings the same mentions, which are then known already")
        parser.add_argument(
            "--at-rest", action="store_true", help="leave them unread by the workers: an archive and no queue"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        number, days = options["number"], options["days"]
        if number < 1 or days < 1:
            raise CommandError("N and --days must be at least 1.")
        channel = find_channel(options["channel"], options["create_channel"])
        posts = made_up(number, timezone.now(), timedelta(days=days), options["seed"] or token_hex(4))
        started, stored = time.monotonic(), 0
        while batch := list(islice(posts, MOST_AT_ONCE)):
            ingest(channel, batch, delivery=None, now=timezone.now())
            if options["at_rest"]:
                leave_unread(channel)
            stored += len(batch)
            if stored % 10_000 < MOST_AT_ONCE and options["verbosity"]:
                self.stderr.write(f"{stored:,} of {number:,}")
        seconds = time.monotonic() - started
        self.stdout.write(f"{stored:,} mentions in {seconds:,.1f} s, {stored / seconds:,.0f} a second")


def leave_unread(channel: Channel) -> None:
    channel.mentions.filter(needs_reading=True).update(needs_reading=False)

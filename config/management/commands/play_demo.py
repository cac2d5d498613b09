"""`manage.py play_demo`: the live part of the demo, some seven minutes; ends at once where it was played before."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo import trickle
from config.demo.company import CHANNELS
from config.demo.scene import play_scene
from monitoring.models import Channel


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # they load every page there is: 20 MB for a play of some minutes
    help = "Lets the mentions of the demo's first minutes arrive, one after the other."

    def handle(self, *args: Any, **options: Any) -> None:
        if Channel.objects.filter(slug__in=CHANNELS).count() < len(CHANNELS):
            raise CommandError("There is no demo company here: `manage.py load_demo` makes it on an empty console.")
        trickle.go()
        count = play_scene(time.sleep, timezone.now, trickle.is_stopped)
        self.stdout.write(f"The scene is over: {count} mentions arrived.")

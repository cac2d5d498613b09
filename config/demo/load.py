"""Fills an empty console with the demo company, its people and four days of its past."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Unit, User
from config.demo.company import UNIT, load_company
from config.demo.history import load_history
from config.demo.library import load_library
from config.demo.people import load_people
from config.demo.script import read_script


class InUse(Exception):
    """Real people work here."""


@dataclass(frozen=True, slots=True)
class Loaded:
    people: list[str]
    mentions: int


def load_demo(now: datetime) -> Loaded:
    """May run again: it adds what is missing. Raises InUse where there are people but no demo company."""
    with transaction.atomic():
        if User.objects.exists() and not Unit.objects.filter(slug=UNIT).exists():
            raise InUse("This console is in use: the demo needs an empty one.")
        people = load_people(load_company())
        load_library(people, now)
    return Loaded(list(people), load_history(read_script(), people, now))

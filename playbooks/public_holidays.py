"""Public holidays of a country or a region, by name; kept with the cover hours, so that reading costs nothing."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from playbooks.models import CoverHours

YEARS_AHEAD = 4
PATIENCE = 60  # seconds
RENEW_WITHIN_YEARS = 2

Names = Mapping[str, Mapping[str, str]]


class UnknownPlaceError(ValueError):
    """The library knows no holidays there; `known` are the subdivisions of the country, or the countries."""

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known
        super().__init__(_("No public holidays are known for this place. Known are: %s.") % ", ".join(known or "–"))


def holidays_of(country: str, subdivision: str, first: int, last: int) -> Names:
    """Day → names in English and German, for these years. Raises UnknownPlaceError; takes two seconds."""
    command = [sys.executable, "-m", "playbooks.holiday_list", country, subdivision, str(first), str(last)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603 - our own program; the place is an argument, no shell reads it
    said = json.loads(done.stdout)
    if "days" not in said:
        raise UnknownPlaceError(said["known"])
    days: Names = said["days"]
    return days


def learn(row: CoverHours, today: date) -> None:
    """Fills in the holidays of this year and the next ones; unsaved. Raises UnknownPlaceError."""
    last = today.year + YEARS_AHEAD
    row.public_holidays = holidays_of(row.country, row.subdivision, today.year, last) if row.country else {}
    row.holidays_until = date(last, 12, 31) if row.country else None


def renew(today: date) -> int:
    """Looks further ahead where holidays are known for less than two years; returns for how many rows."""
    soon = Q(holidays_until__lt=date(today.year + RENEW_WITHIN_YEARS, 1, 1))
    renewed = 0
    for pk in CoverHours.objects.filter(soon).exclude(country="").values_list("pk", flat=True):
        with transaction.atomic():
            row = CoverHours.objects.select_for_update().get(pk=pk)
            learn(row, today)
            row.save(update_fields=["public_holidays", "holidays_until"])
            renewed += 1
    return renewed

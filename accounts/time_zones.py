"""The time zones a person may live in, named as the IANA database names them."""

from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REGIONS = {
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
}


@cache
def zones() -> frozenset[str]:
    """Places and UTC, without the historical and technical names of the database."""
    return frozenset({name for name in available_timezones() if name.split("/")[0] in REGIONS} | {"UTC"})


@cache
def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """For a select box, by region: `("Europe", [("Europe/Berlin", "Berlin"), …])`, UTC first."""
    places = sorted(zones() - {"UTC"})
    by_region = groupby(places, key=lambda name: name.split("/")[0])
    return [("UTC", [("UTC", "UTC")]), *((region, [option(name) for name in names]) for region, names in by_region)]


def zone_named(name: str) -> ZoneInfo:
    """The zone itself; the default one for a name that this machine's database does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def option(name: str) -> tuple[str, str]:
    return name, name.partition("/")[2].replace("_", " ").replace("/", ", ")


def validate_time_zone(name: str) -> None:
    if name not in zones():
        raise ValidationError(_("“%(name)s” is no time zone, such as Europe/Berlin."), params={"name": name})

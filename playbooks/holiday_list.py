"""Asks the library of public holidays, as a program of its own: `python -m playbooks.holiday_list DE BE 2026 2030`.

The library takes 30 MB and two seconds to load, so no process of the console imports it: `public_holidays` starts this,
keeps what it prints, and the memory is free again. Prints `{"days": {"2026-12-25": {"en": …, "de": …}}}`, or
`{"known": […]}` with the subdivisions, or the countries, that it does know.
"""

import json
import sys
from typing import Any

import holidays

LANGUAGES = {"en": "en_US", "de": "de"}


def answer(country: str, subdivision: str, first: int, last: int) -> dict[str, Any]:
    known = holidays.list_supported_countries()
    if country not in known:
        return {"known": sorted(known)}
    if subdivision and subdivision not in known[country]:
        return {"known": sorted(known[country])}
    years = range(first, last + 1)
    names: dict[str, dict[str, str]] = {}
    for language, code in LANGUAGES.items():
        spoken = code if code in offered(country) else None
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=years, language=spoken)
        for day, name in found.items():
            names.setdefault(day.isoformat(), {})[language] = name
    return {"days": dict(sorted(names.items()))}


def offered(country: str) -> list[str]:
    """The languages in which the library knows the country's holidays; its own where it knows no other."""
    return list(holidays.list_localized_countries().get(country, []))


if __name__ == "__main__":
    _program, place, part, first, last = sys.argv
    json.dump(answer(place, part, int(first), int(last)), sys.stdout)

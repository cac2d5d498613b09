"""Brauhell, a maker of kettles that does not exist: its units, its channels and the names it listens for."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_noop as _

from accounts.models import Unit
from config.demo.script import Line
from monitoring.models import Author, Channel, WatchedTopic

UNIT = "brauhell"
# Beside the central team, in which all four people of the demo are. What they own, an administrator may try out.
UNITS: Mapping[str, str] = {"germany": _("Germany"), "international": _("International service")}
HANDLE = "brauhell@social.example"

# slug: fields. Nobody outside is asked: what "arrives" is written in mentions.yaml and handed in like by the API.
CHANNELS: Mapping[str, Mapping[str, Any]] = {
    "mastodon": {"name": "Mastodon", "kind": "api"},
    "page": {"name": _("Our page, comments"), "kind": "api", "own_account": True},
    "forum": {"name": _("Kitchen forum"), "kind": "api", "unit": "germany"},
    "shop": {"name": _("Shop reviews"), "kind": "file", "own_account": True, "unit": "germany"},
    "mail": {"name": _("Customer mail"), "kind": "file", "own_account": True, "unit": "international"},
    "press": {
        "name": _("Press review (paused)"),
        "kind": "feed",
        "address": "https://press.example/brauhell.xml",
        "state": Channel.State.PAUSED,
        "poll_every": timedelta(minutes=15),
    },
}
TOPICS: Mapping[str, Mapping[str, Any]] = {
    "brauhell": {"name": "Brauhell", "is_brand": True, "terms": ["Brauhell"], "handles": [HANDLE, "brauhell"]},
    "products": {"name": _("Products"), "terms": ["K9", "K12", "K17", "K18", "NW-400", "R5", "F9", "M3", "Toaster T4"]},
}


def load_company() -> Unit:
    """Makes what is missing, named in the installation's language; what somebody changed stays."""
    unit, _new = Unit.objects.get_or_create(slug=UNIT, defaults={"name": "Brauhell GmbH", "is_central": True})
    with translation.override(settings.LANGUAGE_CODE):
        units = {UNIT: unit} | {slug: load_unit(slug, translation.gettext(name)) for slug, name in UNITS.items()}
        for slug, fields in CHANNELS.items():
            owner = units[fields.get("unit", UNIT)]
            Channel.objects.get_or_create(slug=slug, defaults=named(fields) | {"unit": owner})
        for slug, fields in TOPICS.items():
            WatchedTopic.objects.get_or_create(slug=slug, defaults=named(fields) | {"unit": unit})
    return unit


def load_unit(slug: str, name: str) -> Unit:
    return Unit.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def load_authors(lines: Iterable[Line]) -> None:
    """What an administrator has noted about accounts before they speak: who is press, who is the law, which is ours."""
    channels = {channel.slug: channel for channel in Channel.objects.filter(slug__in=CHANNELS)}
    for line in lines:
        noted = {name: line.author[name] for name in ("kind", "by_us") if name in line.author}
        if noted:
            handle = line.author["handle"]
            channel = channels[line.channel]
            Author.objects.get_or_create(channel=channel, external_id=handle, defaults={"handle": handle, **noted})


def named(fields: Mapping[str, Any]) -> dict[str, Any]:
    name = fields["name"]
    return {**fields, "name": translation.gettext(name)}

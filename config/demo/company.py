"""Brauhell, a maker of kettles that does not exist: its unit, its channels and the names it listens for."""

from datetime import timedelta

from accounts.models import Unit
from monitoring.models import Channel, WatchedTopic

UNIT = "brauhell"
HANDLE = "brauhell@social.example"

# slug: fields. Nobody outside is asked: what "arrives" is written in mentions.yaml and handed in like by the API.
CHANNELS = {
    "mastodon": {"name": "Mastodon", "kind": "api"},
    "page": {"name": "Our page, comments", "kind": "api", "own_account": True},
    "forum": {"name": "Kitchen forum", "kind": "api"},
    "shop": {"name": "Shop reviews", "kind": "file"},
    "press": {
        "name": "Press review (paused)",
        "kind": "feed",
        "address": "https://press.example/brauhell.xml",
        "state": Channel.State.PAUSED,
        "poll_every": timedelta(minutes=15),
    },
}
TOPICS = {
    "brauhell": {"name": "Brauhell", "is_brand": True, "terms": ["Brauhell"], "handles": [HANDLE, "brauhell"]},
    "products": {"name": "Products", "terms": ["K9", "K12", "K17", "K18", "F9", "M3", "Toaster T4"]},
}


def load_company() -> Unit:
    """Makes what is missing; what somebody changed stays."""
    unit, _new = Unit.objects.get_or_create(slug=UNIT, defaults={"name": "Brauhell GmbH"})
    for slug, fields in CHANNELS.items():
        Channel.objects.get_or_create(slug=slug, defaults=fields | {"unit": unit})
    for slug, fields in TOPICS.items():
        WatchedTopic.objects.get_or_create(slug=slug, defaults=fields | {"unit": unit})
    return unit

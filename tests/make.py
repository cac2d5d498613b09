"""Plain factories: every argument has a sensible default, and only what a test names differs."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from accounts.models import Role, RoleHolder, Unit, User
from monitoring.models import Author, Channel, Mention, Reading, Story, WatchedTopic

_numbers = count(1)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_user(username: str = "", *, groups: tuple[str, ...] = (), roles: tuple[str, ...] = (), **fields: Any) -> User:
    username = username or f"person{next(_numbers)}"
    fields.setdefault("email", f"{username}@example.test")
    user = User(username=username, **fields)
    user.set_password("correct horse battery staple")
    user.save()
    user.groups.set(Group.objects.filter(name__in=groups))
    for slug in roles:
        make_holder(slug, user)
    return user


def make_role(slug: str = "pr_lead") -> Role:
    name = slug.replace("_", " ").capitalize()
    return Role.objects.get_or_create(slug=slug, defaults={"name_en": name, "name_de": name})[0]


def make_holder(role: str, person: User, position: int | None = None) -> RoleHolder:
    row = make_role(role)
    return RoleHolder.objects.create(role=row, person=person, position=position or row.holders.count() + 1)


def make_unit(slug: str = "service") -> Unit:
    return Unit.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize()})[0]


def make_channel(slug: str = "", **fields: Any) -> Channel:
    slug = slug or f"channel-{next(_numbers)}"
    fields = {"name": slug, "kind": "api"} | ({} if "unit" in fields else {"unit": make_unit()}) | fields
    return Channel.objects.create(slug=slug, **fields)


def make_author(channel: Channel, handle: str = "", **fields: Any) -> Author:
    handle = handle or f"author{next(_numbers)}@example.social"
    fields = {"external_id": handle, "display_name": handle.split("@")[0].capitalize()} | fields
    return Author.objects.create(channel=channel, handle=handle, **fields)


def make_mention(text: str = "The kettle arrived cracked.", **fields: Any) -> Mention:
    channel = fields.pop("channel", None) or make_channel()
    fields.setdefault("author", None) or fields.update(author=make_author(channel))
    received_at = fields.setdefault("received_at", NOON)
    fields = {
        "external_id": f"post-{next(_numbers)}",
        "posted_at": received_at - timedelta(minutes=1),
    } | fields
    return Mention.objects.create(channel=channel, text=text, **fields)


def make_reading(mention: Mention, **fields: Any) -> Reading:
    story = fields.pop("story", None) or mention.story or make_story(mention)
    fields = {
        "language": "en",
        "sentiment": 0.0,
        "is_question": False,
        "is_direct": False,
        "fingerprint": story.fingerprint,
        "read_at": mention.received_at,
    } | fields
    mention.story = story
    mention.needs_reading = False
    mention.save(update_fields=["story", "needs_reading"])
    return Reading.objects.create(mention=mention, **fields)


def make_story(mention: Mention, **fields: Any) -> Story:
    fields = {"fingerprint": f"{next(_numbers):064x}", "first_posted_at": mention.posted_at} | fields
    return Story.objects.create(**fields)


def make_topic(*terms: str, **fields: Any) -> WatchedTopic:
    slug = fields.pop("slug", f"topic-{next(_numbers)}")
    fields = {"name": slug, "is_brand": True} | fields
    return WatchedTopic.objects.create(slug=slug, terms=list(terms) or ["Brauhell"], **fields)

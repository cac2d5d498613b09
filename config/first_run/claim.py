"""Makes the first account, once: an administrator who is also called when nobody else answers."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import bell
from accounts.groups import load_groups
from accounts.models import Role, RoleHolder, User
from accounts.roles import OWNER, load_roles
from crisis.models import ContactMethod

KEY = "first-run"


class Claimed(Exception):
    """Somebody has an account already."""


def is_unclaimed() -> bool:
    return not User.objects.exists()


@transaction.atomic
def claim(said: Mapping[str, str]) -> User:
    """The first administrator; `said`: username, first_name, last_name, email, password, language.

    Of two who try at the same moment one succeeds, the other gets Claimed.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {User._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    if not is_unclaimed():
        raise Claimed
    load_groups()
    load_roles()
    fields = {name: said[name] for name in ("username", "first_name", "last_name", "email", "language")}
    person = User(**fields, time_zone=settings.TIME_ZONE, is_staff=True)
    person.set_password(said["password"])
    person.save()
    person.groups.add(Group.objects.get(name="admin"))
    RoleHolder.objects.create(role=Role.objects.get(slug=OWNER), person=person)
    ContactMethod.objects.create(person=person, kind=ContactMethod.Kind.EMAIL, address=person.email)
    remind(person)
    return person


def remind(person: User) -> None:
    """A line behind the bell until the checklist is done or put away."""
    with translation.override(person.language):
        title = _("Set up this console")
    bell.ring(person.pk, group=bell.Group.NEEDS_YOU, key=KEY, title=str(title), url=reverse("first-run-checklist"))


def put_away(person: User) -> None:
    """Nothing reminds this person of the checklist any more."""
    lines = person.bell_items.filter(key=KEY, read_at=None)
    bell.mark_read(person.pk, list(lines.values_list("pk", flat=True)))


def is_reminded(person: User) -> bool:
    return person.bell_items.filter(key=KEY, read_at=None).exists()

"""Who may publish what somebody else wrote, and the lines of the bell that ask them to look."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import bell
from accounts.models import User
from playbooks.models import PlaybookVersion

RIGHT = "playbooks.publish_playbookversion"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def may_publish(person: User, version: PlaybookVersion) -> bool:
    """An administrator or a PR lead who neither wrote nor asked for it."""
    return person.has_perm(RIGHT) and person.pk not in (version.author_id, version.asked_by_id)


def approvers_of(version: PlaybookVersion) -> QuerySet[User]:
    """Everyone who may publish it."""
    involved = [pk for pk in (version.author_id, version.asked_by_id) if pk]
    return User.objects.with_perm(RIGHT, backend=BACKEND).exclude(pk__in=involved)


def call_approvers(version: PlaybookVersion) -> None:
    """A line for each of them, in their language; of two askings each rings."""
    for person in approvers_of(version):
        with override(person.language):
            title = _("%(person)s asks you to publish %(version)s") % {"person": version.asked_by, "version": version}
        _ring(person, version, _key(version), title, bell.Group.NEEDS_YOU)


def dismiss_approvers(version: PlaybookVersion) -> None:
    """It is published, changed or taken back: nobody needs to look any more."""
    if version.asked_at:
        for person in approvers_of(version):
            bell.settle(person.pk, _key(version))


def tell_writers(version: PlaybookVersion, by: User) -> None:
    """Who wrote it and who asked for it hear that it is in force."""
    for person in {person for person in (version.author, version.asked_by) if person and person != by}:
        with override(person.language):
            title = _("%(version)s is in force, published by %(person)s") % {"person": by, "version": version}
        _ring(person, version, f"playbook-published-{version.pk}", title, bell.Group.INFORMATION)


def tell_it_came_back(version: PlaybookVersion, by: User) -> None:
    """Who asked hears that somebody else took it back."""
    if version.asked_by and version.asked_by != by:
        with override(version.asked_by.language):
            title = _("%(person)s gave %(version)s back without publishing it") % {"person": by, "version": version}
        _ring(version.asked_by, version, f"{_key(version)}-back", title, bell.Group.INFORMATION)


def _ring(person: User, version: PlaybookVersion, key: str, title: str, group: str) -> None:
    url = reverse("playbooks:publish", args=[version.playbook.slug, version.number])
    bell.ring(person.pk, group=group, key=key, title=title, url=url)


def _key(version: PlaybookVersion) -> str:
    assert version.asked_at
    return f"playbook-version-{version.pk}-{version.asked_at.timestamp():.6f}"

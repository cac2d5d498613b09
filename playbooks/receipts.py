"""Read receipts: who knows what is in force, and who has still to look."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, QuerySet

from accounts.models import User
from playbooks.models import PlaybookVersion, ReadReceipt

READ = "playbooks.view_playbook"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def know(version: PlaybookVersion, *, by: User, now: datetime) -> None:
    """Notes that this person knows the version; the first time counts."""
    ReadReceipt.objects.bulk_create([ReadReceipt(version=version, person=by, read_at=now)], ignore_conflicts=True)


def readers() -> QuerySet[User]:
    """Everyone who works by the playbooks: whoever may read them."""
    return User.objects.with_perm(READ, backend=BACKEND, include_superusers=False).order_by("username")


def counts(versions: Iterable[PlaybookVersion]) -> dict[int, int]:
    """Id of a version → how many of its readers know it; one query."""
    rows = ReadReceipt.objects.filter(version__in=[version.pk for version in versions], person__in=readers())
    return dict(rows.order_by().values_list("version").annotate(Count("pk")))


def known_by(person: User, versions: Iterable[PlaybookVersion]) -> dict[int, datetime]:
    """Id of a version → since when this person knows it; one query."""
    rows = ReadReceipt.objects.filter(version__in=[version.pk for version in versions], person=person)
    return dict(rows.values_list("version", "read_at"))


def missing(version: PlaybookVersion) -> QuerySet[User]:
    """Who has not said yet that they know it."""
    return readers().exclude(pk__in=version.receipts.values("person"))

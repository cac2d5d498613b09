"""Every release's tables, with the work of a day in them, come through the migrations of today."""

from collections import Counter
from collections.abc import Iterable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from crisis.models import ContactMethod, Escalation
from monitoring.models import Channel
from tests.deploy.databases import connected_to, empty_database
from tests.deploy.release import KEY, releases, restore, rows_of
from tests.deploy.work import CREDENTIALS
from triage.models import Decision, Triage

NAME = "upgraded"
# Migrations keep these themselves: what there is to permit changes with the code.
KEPT_BY_DJANGO = {"django_migrations", "django_content_type", "auth_permission", "auth_group_permissions"}


@pytest.fixture
def keys(settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [KEY]


@pytest.mark.parametrize("version", releases())
def test_a_release_with_data_migrates_and_keeps_it(version, keys, django_db_blocker):
    with django_db_blocker.unblock(), empty_database(NAME) as address, connected_to(NAME):
        restore(version, address)
        call_command("migrate", verbosity=0)
        call_command("migrate", verbosity=0, check_unapplied=True)
        assert lost_rows(version) == {}
        look_at_the_rows()
        use_the_console()


def test_there_is_a_dump_of_each_release():
    assert "0.1.0" in releases()


def lost_rows(version: str) -> dict[str, int]:
    """Table → how many rows it has less than the release had."""
    before = Counter({table: count for table, count in rows_of(version).items() if table not in KEPT_BY_DJANGO})
    return dict(before - count_rows(before))


def count_rows(tables: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def look_at_the_rows() -> None:
    assert Channel.objects.order_by("pk").first().credentials == CREDENTIALS
    assert all("@" in method.address for method in ContactMethod.objects.filter(kind="email"))
    decision = Decision.objects.filter(disposition="escalate").latest("pk")
    assert (decision.by.username, decision.escalation.state) == ("maya", Escalation.State.ACKNOWLEDGED)


def use_the_console() -> None:
    client = Client()
    client.force_login(User.objects.get(username="maya"))
    triage = Triage.objects.select_related("mention").filter(state="open").first()
    assert client.get(reverse("triage:inbox")).status_code == 200
    assert triage.mention.text[:20] in client.get(reverse("triage:mention", args=[triage.pk])).content.decode()
    assert client.get(reverse("crisis:escalation", args=[Escalation.objects.latest("pk").pk])).status_code == 200

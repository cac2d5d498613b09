from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.models import Channel, Mention
from monitoring.readings import read_due

pytestmark = pytest.mark.django_db


def generate(*words: str) -> str:
    out = StringIO()
    call_command("generate_mentions", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_made_up_mentions_come_in_through_the_real_ingest():
    said = generate("300", "--channel", "big", "--create-channel", "Big", "--days", "3")
    assert said.startswith("300 mentions in ")
    rows = Mention.objects.order_by("posted_at")
    assert (rows.last().posted_at - rows.first().posted_at).days == 2
    assert set(rows.values_list("language", flat=True)) == {"en", "de", "fr", "es", "it"}
    assert rows.filter(conversation__isnull=False).exists()
    assert Channel.objects.get().received == 300
    assert read_due() == 200


def test_the_same_seed_brings_the_same_ones_and_another_seed_others():
    for seed in ("a", "a", "b"):
        generate("50", "--channel", "big", "--create-channel", "Big", "--seed", seed)
    assert Mention.objects.count() == 100


def test_an_archive_at_rest_gives_the_workers_nothing_to_do():
    generate("50", "--channel", "big", "--create-channel", "Big", "--at-rest")
    assert read_due() == 0


def test_a_batch_costs_as_many_statements_as_a_thousand_and_nonsense_is_refused():
    with CaptureQueriesContext(connection) as queries:
        generate("1000", "--channel", "big", "--create-channel", "Big")
    assert len(queries) < 30
    for words in (("0", "--channel", "big"), ("5", "--channel", "nowhere"), ("5", "--channel", "big", "--days", "0")):
        with pytest.raises(CommandError):
            generate(*words)

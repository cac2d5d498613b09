from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.models import Mention, WordList
from playbooks.rules import NotComputable, facts_as_json, facts_from_json
from playbooks.vocabulary import FACTS, LIST_FAMILY, LIST_PREFIX
from tests.make import NOON, make_author, make_channel, make_mention, make_reading, make_story
from triage.facts import MOST_COUNTED, NOT_YET, collect

pytestmark = pytest.mark.django_db


@pytest.fixture
def word_lists() -> None:
    for slug, language in [("danger", "en"), ("danger", "de"), ("legal", "de")]:
        WordList.objects.create(slug=slug, language=language, terms=["x"])


def facts_of(mention: Mention) -> dict:
    row = Mention.objects.select_related("channel", "author", "reading").get(pk=mention.pk)
    return collect([row])[mention.pk]


def test_every_fact_of_the_vocabulary_is_computed_or_says_why_not(word_lists):
    mention = make_mention()
    make_reading(mention)
    facts = {LIST_FAMILY if key.startswith(LIST_PREFIX) else key: value for key, value in facts_of(mention).items()}
    assert facts.keys() == FACTS.keys()
    assert {key for key, value in facts.items() if isinstance(value, NotComputable)} >= NOT_YET.keys()


def test_a_list_counts_its_hits_and_is_zero_without_any(word_lists):
    mention = make_mention()
    make_reading(mention, language="de", terms={"danger": ["Funken", "brennt"]})
    facts = facts_of(mention)
    assert (facts["text.lex.danger"], facts["text.lex.legal"]) == (2, 0)


def test_a_list_that_does_not_exist_in_the_language_cannot_say_no(word_lists):
    english, french, unknown = (make_mention() for _ in range(3))
    make_reading(english, language="en")
    make_reading(french, language="fr")
    make_reading(unknown, language="und")
    assert isinstance(facts_of(english)["text.lex.legal"], NotComputable)
    assert isinstance(facts_of(french)["text.lex.danger"], NotComputable)
    assert facts_of(unknown)["text.lex.legal"] == 0


def test_feelings_in_a_language_that_is_not_read_are_not_neutral(word_lists):
    german, french, unknown = (make_mention() for _ in range(3))
    for mention, language in ((german, "de"), (french, "fr"), (unknown, "und")):
        make_reading(mention, language=language)
    assert facts_of(german)["text.sentiment"] == 0
    assert isinstance(facts_of(french)["text.sentiment"], NotComputable)
    assert isinstance(facts_of(unknown)["text.sentiment"], NotComputable)


def test_a_text_that_could_not_be_read_says_neither_yes_nor_no(word_lists):
    mention = make_mention()
    make_reading(mention, language="und", error="RecursionError")
    facts = facts_of(mention)
    of_text = [key for key in facts if key.startswith("text.")] + ["mention.direct", "mention.brand_match"]
    assert all(isinstance(facts[key], NotComputable) for key in of_text)
    assert facts["mention.own_channel"] is False


def test_followers_that_the_channel_does_not_tell_are_not_zero():
    channel = make_channel()
    told = make_mention(channel=channel, author=make_author(channel, followers=0))
    untold = make_mention(channel=channel, author=make_author(channel, followers=None))
    for mention in (told, untold):
        make_reading(mention)
    assert facts_of(told)["author.followers"] == 0
    assert isinstance(facts_of(untold)["author.followers"], NotComputable)


def test_a_mention_without_an_author_is_by_nobody_we_know():
    mention = make_mention(channel=make_channel(), author=None)
    Mention.objects.filter(pk=mention.pk).update(author=None)
    make_reading(mention)
    facts = facts_of(mention)
    assert (facts["author.kind"], facts["author.flags"], facts["mention.by_us"]) == ("unknown", (), False)


def test_the_rate_counts_the_story_in_the_hour_up_to_the_post():
    first = make_mention(posted_at=NOON - timedelta(minutes=61))
    story = make_story(first)
    others = [make_mention(posted_at=NOON - timedelta(minutes=minutes)) for minutes in (60, 59, 10, 0, -5)]
    for mention in (first, *others):
        make_reading(mention, story=story)
    stranger = make_mention(posted_at=NOON)
    make_reading(stranger)
    assert [facts_of(mention)["mention.rate"] for mention in (first, *others)] == [1, 2, 3, 4, 3, 3]
    assert facts_of(stranger)["mention.rate"] == 1


def test_the_rate_is_counted_no_further_than_a_rule_may_ask(monkeypatch):
    monkeypatch.setattr("triage.facts.MOST_COUNTED", 2)
    story = None
    for _number in range(4):
        mention = make_mention()
        story = make_reading(mention, story=story).mention.story
    assert facts_of(mention)["mention.rate"] == 2 < MOST_COUNTED


def test_facts_cost_the_same_number_of_queries_for_one_and_for_fifty(word_lists):
    for _number in range(50):
        make_reading(make_mention())
    rows = list(Mention.objects.select_related("channel", "author", "reading"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        collect(rows)
    assert len(queries) == 3, "lists, rates, and whether there are approved answers"


def test_kept_facts_come_back_as_they_were(word_lists):
    mention = make_mention()
    make_reading(mention, language="de", terms={"danger": ["Funken"]})
    facts = facts_of(mention)
    assert facts_as_json(facts_from_json(facts_as_json(facts))) == facts_as_json(facts)

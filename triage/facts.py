"""Collects what the trees may ask about a mention: each fact of the vocabulary, or in words why it is missing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef
from django.utils.translation import gettext_noop

from monitoring.models import Author, Mention, Reading, WordList
from monitoring.reading.sentiment import LANGUAGES as FEELINGS_READ
from playbooks.knowledge import best_scores
from playbooks.rules import Fact, NotComputable
from playbooks.vocabulary import LIST_PREFIX

RATE_WINDOW = timedelta(hours=1)
MOST_COUNTED = 500  # copies of one story within the window; no rule asks for more
EVERY_LANGUAGE = "und"  # a reading that could not tell the language looked into the lists of all of them

NO_BASELINE = gettext_noop("there is no record of the usual volume yet")
NO_TOPIC_FIGURES = gettext_noop("mentions are not yet counted by topic")
NO_STORY_MOOD = gettext_noop("the mood of a story is not yet measured")
NO_MODERATION = gettext_noop("what we hide or delete is not yet recorded")
NO_FOLLOWERS = gettext_noop("the channel does not say how many follow the author")
NO_LIST = gettext_noop("there is no such word list in the language of the text")
NO_FEELING = gettext_noop("feelings are not read in the language of the text")
UNREADABLE = gettext_noop("the text could not be read")

NOT_YET: Mapping[str, NotComputable] = {
    "mention.ratio": NotComputable(NO_BASELINE),
    "mention.neg_share": NotComputable(NO_STORY_MOOD),
    "topic.complaints_24h": NotComputable(NO_TOPIC_FIGURES),
    "topic.channels_1h": NotComputable(NO_TOPIC_FIGURES),
    "topic.reach_1h": NotComputable(NO_TOPIC_FIGURES),
    "mod.removed_24h": NotComputable(NO_MODERATION),
}


def collect(mentions: Iterable[Mention]) -> dict[int, dict[str, Fact]]:
    """Mention id → fact → value, in four queries; mentions come with channel, author and reading loaded."""
    rows = list(mentions)
    lists, rates, answers = _lists_by_language(), _rates(rows), _answers(rows)
    return {
        mention.pk: {
            **_of_text(mention.reading, lists),
            **_of_author(mention.author),
            "mention.own_channel": mention.channel.own_account,
            "mention.rate": rates[mention.pk],
            "crisis.match": 0,  # no crisis can be open yet
            "kb.match": answers.get(mention.pk, NotComputable(UNREADABLE)),
            **NOT_YET,
        }
        for mention in rows
    }


def hits_of(reading: Reading) -> dict[str, list[str]]:
    """The words of the text behind the facts that count: fact → hits, verbatim."""
    hits = {LIST_PREFIX + name: words for name, words in reading.terms.items()}
    return hits | {"mention.brand_match": reading.brand_terms}


def _of_text(reading: Reading, lists: Mapping[str, set[str]]) -> dict[str, Fact]:
    """What was read in the text; nothing of it is known if reading failed."""
    facts = {
        "text.is_question": reading.is_question,
        "text.sentiment": reading.sentiment if reading.language in FEELINGS_READ else NotComputable(NO_FEELING),
        "mention.direct": reading.is_direct,
        "mention.brand_match": len(reading.brand_terms),
        **_of_word_lists(reading, lists),
    }
    return dict.fromkeys(facts, NotComputable(UNREADABLE)) if reading.error else facts


def _of_word_lists(reading: Reading, lists: Mapping[str, set[str]]) -> dict[str, Fact]:
    """Hits per list that exists; a list without words in this language cannot say "no hit"."""
    known = set().union(*lists.values())
    read = known if reading.language == EVERY_LANGUAGE else lists.get(reading.language, set())
    counts: dict[str, Fact] = {LIST_PREFIX + name: 0 if name in read else NotComputable(NO_LIST) for name in known}
    return counts | {LIST_PREFIX + name: len(hits) for name, hits in reading.terms.items()}


def _of_author(author: Author | None) -> dict[str, Fact]:
    followers = author.followers if author else None
    return {
        "author.kind": author.kind if author else Author.Kind.UNKNOWN.value,
        "author.followers": NotComputable(NO_FOLLOWERS) if followers is None else followers,
        "author.flags": (),
        "mention.by_us": bool(author and author.by_us),
    }


def _answers(mentions: list[Mention]) -> dict[int, float]:
    """How well an approved answer fits; there is none for a text that could not be read."""
    return best_scores({row.pk: (row.reading.language, row.text) for row in mentions if not row.reading.error})


def _lists_by_language() -> dict[str, set[str]]:
    lists: dict[str, set[str]] = defaultdict(set)
    for language, name in WordList.objects.order_by().values_list("language", "slug"):
        lists[language].add(name)
    return lists


def _rates(mentions: list[Mention]) -> dict[int, int]:
    """Mentions of its story in the hour up to each one, itself included, by the time of posting."""
    kin = Mention.objects.filter(
        story=OuterRef("story"),
        posted_at__gt=OuterRef("posted_at") - RATE_WINDOW,
        posted_at__lte=OuterRef("posted_at"),
    )
    found = ArraySubquery(kin.order_by("-posted_at").values("pk")[:MOST_COUNTED])
    rows = Mention.objects.filter(pk__in=[mention.pk for mention in mentions]).annotate(
        rate=Func(found, function="cardinality", output_field=IntegerField())
    )
    return dict(rows.values_list("pk", "rate"))

"""Reads what has not been read: language, feeling, risks, names of us, and the story it belongs to.

A batch is one transaction over claimed rows: any number of workers may run it, and one may die at any line.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models.functions import Now

from monitoring.models import Mention, Reading, WatchedTopic, WordList
from monitoring.reading import Context, ReadingResult, Topic, as_lists, read_text
from monitoring.reading.word_lists import WordLists
from monitoring.stories import find_stories, own_fingerprint
from plumbing.nudge import nudge

log = logging.getLogger(__name__)

BATCH = 200
UNREAD = ReadingResult("und", 0.0, {}, [], [], is_question=False, is_direct=False, fingerprint=None)
REWRITTEN = [
    "language",
    "sentiment",
    "terms",
    "brand_terms",
    "is_question",
    "is_direct",
    "fingerprint",
    "read_at",
    "error",
    "taken_up",
]


@dataclass(frozen=True, slots=True)
class Lists:
    """What we listen for at this moment, read once per batch."""

    words: WordLists
    topics: Sequence[Topic]

    @classmethod
    def now(cls) -> "Lists":
        words = as_lists(WordList.objects.values_list("language", "slug", "terms"))
        topics = [
            Topic(topic.slug, tuple(topic.terms), tuple(topic.not_terms), tuple(topic.handles))
            for topic in WatchedTopic.objects.all()
        ]
        return cls(words, topics)


@transaction.atomic
def read_due(limit: int = BATCH) -> int:
    """Reads the oldest mentions that are new or changed; returns how many. By the database's clock.

    A text that cannot be read gets a reading that says so (`error`), and holds up no other.
    """
    mentions = _claim(limit)
    if mentions:
        read(mentions)
        nudge("readings.stored")
    return len(mentions)


def read(mentions: Sequence[Mention]) -> None:
    """Stores a reading of each of these, which the caller's transaction holds, and puts them into their stories."""
    lists, answered = Lists.now(), _answers_to_us(mentions)
    readings = [_read(mention, lists, mention.pk in answered) for mention in mentions]
    Reading.objects.bulk_create(
        readings, update_conflicts=True, unique_fields=["mention"], update_fields=REWRITTEN, batch_size=BATCH
    )
    _put_into_stories(mentions, {reading.mention_id: reading.fingerprint for reading in readings})


def _claim(limit: int) -> list[Mention]:
    unread = Mention.objects.filter(needs_reading=True).select_related("channel").defer("search").order_by("pk")
    return list(unread.select_for_update(skip_locked=True, of=("self",))[:limit])


def _read(mention: Mention, lists: Lists, answers_us: bool) -> Reading:
    context = Context(lists.words, lists.topics, mention.language, mention.channel.own_account or answers_us)
    result, error = UNREAD, ""
    try:
        result = read_text(mention.text, context)
    except Exception as problem:
        log.exception("Mention %s cannot be read", mention.pk)
        error = f"{type(problem).__name__}: {problem}"[:500]
    return Reading(
        mention=mention,
        language=result.language,
        sentiment=result.sentiment,
        terms=result.terms,
        brand_terms=result.brand_terms,
        is_question=result.is_question,
        is_direct=result.is_direct,
        fingerprint=result.fingerprint or own_fingerprint(mention.pk),
        read_at=Now(),
        error=error,
        taken_up=False,
    )


def _answers_to_us(mentions: Sequence[Mention]) -> set[int]:
    """The mentions that answer a post of ours."""
    asked = [mention for mention in mentions if mention.in_reply_to]
    if not asked:
        return set()
    ours = set(
        Mention.objects.filter(
            channel__in={mention.channel_id for mention in asked},
            external_id__in={mention.in_reply_to for mention in asked},
            author__by_us=True,
        ).values_list("channel", "external_id")
    )
    return {mention.pk for mention in asked if (mention.channel_id, mention.in_reply_to) in ours}


def _put_into_stories(mentions: Sequence[Mention], fingerprints: Mapping[int, str]) -> None:
    first_posted = {}
    for mention in sorted(mentions, key=lambda mention: mention.posted_at, reverse=True):
        first_posted[fingerprints[mention.pk]] = mention.posted_at
    stories = find_stories(first_posted)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE monitoring_mention AS mention SET story_id = new.story, needs_reading = FALSE
            FROM unnest(%s::bigint[], %s::bigint[]) AS new (id, story) WHERE mention.id = new.id
            """,
            [list(fingerprints), [stories[fingerprint] for fingerprint in fingerprints.values()]],
        )

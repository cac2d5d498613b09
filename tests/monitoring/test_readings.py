import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction

from monitoring import readings
from monitoring.channels.protocol import IncomingMention
from monitoring.ingest import ingest
from monitoring.models import Mention, Reading, Story, WordList
from monitoring.readings import read_due
from monitoring.tasks import read_mentions
from monitoring.word_lists.load import load_word_lists
from tests.make import NOON, make_author, make_channel, make_mention, make_topic

pytestmark = pytest.mark.django_db

COPIED = "Unglaublich, was in dem neuen Werbespot passiert: schaut euch das an!"


def test_a_mention_is_read_once():
    load_word_lists()
    make_topic("Brauhell", handles=["@brauhell"])
    mention = make_mention("@brauhell Wann meldet ihr euch endlich? Eine Frechheit. Sonst kommt mein Anwalt!")
    assert read_due() == 1
    reading = Reading.objects.get(mention=mention)
    assert (reading.language, reading.is_question, reading.is_direct) == ("de", True, True)
    assert reading.sentiment < -0.2
    assert reading.terms == {"high_arousal": ["Frechheit"], "legal": ["Anwalt"]}
    assert reading.brand_terms == ["@brauhell"]
    assert not reading.taken_up
    assert read_due() == 0


def test_copies_share_a_story_across_channels_and_others_stand_alone():
    first = make_mention(COPIED, posted_at=NOON)
    second = make_mention(f"RT @lena: {COPIED}", posted_at=NOON - timedelta(hours=2))
    third = make_mention("Danke!")
    fourth = make_mention("Danke!")
    read_due()
    stories = {mention.pk: mention.story_id for mention in Mention.objects.all()}
    assert stories[first.pk] == stories[second.pk] is not None
    assert len(set(stories.values())) == 3
    assert stories[third.pk] != stories[fourth.pk]
    assert Story.objects.get(pk=stories[first.pk]).first_posted_at == NOON - timedelta(hours=2)


def test_a_later_copy_joins_and_an_earlier_one_moves_the_beginning():
    make_mention(COPIED, posted_at=NOON)
    read_due()
    make_mention(COPIED, posted_at=NOON - timedelta(hours=3))
    make_mention(COPIED, posted_at=NOON + timedelta(hours=3))
    read_due()
    assert Story.objects.get().first_posted_at == NOON - timedelta(hours=3)
    assert Story.objects.get().mentions.count() == 3


def test_an_edit_is_read_anew_and_moves_to_another_story():
    channel = make_channel()
    ingest(channel, [IncomingMention("1", text=COPIED, posted_at=NOON)], delivery=None, now=NOON)
    read_due()
    before = Mention.objects.get().story_id
    Reading.objects.update(taken_up=True)
    ingest(channel, [IncomingMention("1", text=f"{COPIED} Nicht!", posted_at=NOON)], delivery=None, now=NOON)
    assert read_due() == 1
    assert Reading.objects.get().taken_up is False
    assert Mention.objects.get().story_id != before


def test_replies_to_us_and_posts_on_our_account_speak_to_us():
    channel = make_channel()
    ours = make_mention("Welcome!", channel=channel, author=make_author(channel, "brauhell", by_us=True))
    answer = make_mention("Nice", channel=channel, in_reply_to=ours.external_id)
    elsewhere = make_mention("Nice", in_reply_to=ours.external_id)
    under = make_mention("Nice", channel=make_channel(own_account=True))
    read_due()
    direct = set(Reading.objects.filter(is_direct=True).values_list("mention", flat=True))
    assert direct == {answer.pk, under.pk}
    assert elsewhere.pk not in direct


def test_a_deleted_mention_is_not_read():
    make_mention(deleted_at=NOON, needs_reading=False)
    assert read_due() == 0


def test_one_text_that_cannot_be_read_holds_up_no_other(monkeypatch):
    broken, sound = make_mention("broken"), make_mention("This is a sound sentence.")
    real = readings.read_text

    def fragile(text, context):
        if text == "broken":
            raise ValueError("no such sign")
        return real(text, context)

    monkeypatch.setattr(readings, "read_text", fragile)
    assert read_due() == 2
    assert Reading.objects.get(mention=broken).error == "ValueError: no such sign"
    assert Reading.objects.get(mention=sound).error == ""
    assert Mention.objects.get(pk=broken.pk).story_id


def test_the_number_of_statements_does_not_grow_with_the_batch(django_assert_num_queries):
    channel = make_channel()
    items = [IncomingMention(str(n), text=f"Words {n} " * 5, posted_at=NOON, in_reply_to="x") for n in range(150)]
    counts = []
    for part in (items[:10], items[10:]):
        ingest(channel, part, delivery=None, now=NOON)
        with django_assert_num_queries(11, exact=False) as queries:
            read_due()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_task_reads_until_nothing_is_left(monkeypatch):
    monkeypatch.setattr("monitoring.tasks.BATCH", 2)
    for _ in range(5):
        make_mention()
    read_mentions()
    assert Reading.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_readers_share_the_work_and_the_stories():
    for number in range(60):
        make_mention(COPIED if number % 2 else f"{COPIED} {number}")
    start = threading.Barrier(3)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            start.wait()
            while read_due(limit=7):
                pass
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while read_due():
        pass
    assert failures == []
    assert Reading.objects.count() == 60
    assert Story.objects.count() == 31


@pytest.mark.django_db(transaction=True)
def test_a_reader_leaves_alone_what_another_one_has():
    taken, free = make_mention(), make_mention()
    with transaction.atomic():
        Mention.objects.select_for_update().get(pk=taken.pk)
        count: list[int] = []
        thread = threading.Thread(target=lambda: (count.append(read_due()), connections.close_all()))
        thread.start()
        thread.join()
    assert count == [1]
    assert list(Reading.objects.values_list("mention", flat=True)) == [free.pk]


def test_shipped_lists_are_loaded_once_and_an_admins_edit_stays():
    assert load_word_lists() == 24
    WordList.objects.filter(slug="legal", language="de").update(terms=["paragraph*"])
    assert load_word_lists() == 0
    assert WordList.objects.get(slug="legal", language="de").terms == ["paragraph*"]
    make_mention("Das Schreiben enthält viele Paragraphen, und der Anwalt lacht darüber.")
    read_due()
    assert Reading.objects.get().terms == {"legal": ["Paragraphen"]}

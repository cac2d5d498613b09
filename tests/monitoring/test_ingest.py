import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from monitoring.channels.protocol import IncomingAuthor, IncomingMention, Op
from monitoring.ingest import Status, ingest, keep_delivery
from monitoring.models import Author, Channel, Conversation, Mention, RawDelivery, Revision
from monitoring.tasks import purge_raw_deliveries
from tests.make import NOON, make_channel, make_mention, make_reading

pytestmark = pytest.mark.django_db


def post(external_id: str = "1", text: str = "The kettle arrived cracked.", **fields) -> IncomingMention:
    fields = {"posted_at": NOON - timedelta(minutes=5), "author": IncomingAuthor("7", "lena", "Lena")} | fields
    return IncomingMention(external_id, text=text, **fields)


def gone(external_id: str = "1") -> IncomingMention:
    return IncomingMention(external_id, Op.DELETE)


def store(channel: Channel, *items: IncomingMention, now: datetime = NOON) -> list[Status]:
    return [result.status for result in ingest(channel, items, delivery=None, now=now)]


@pytest.fixture
def channel():
    return make_channel("main")


def test_a_new_post_is_stored_whole(channel):
    item = post(
        url="https://social.example/1",
        language="de",
        kind="review",
        visibility="unlisted",
        revision="r1",
        engagement={"likes": 3, "views": None},
        attachments=[{"type": "image", "url": "https://social.example/a.png", "description": "A box"}],
    )
    (result,) = ingest(channel, [item], delivery=None, now=NOON)
    mention = Mention.objects.get()
    assert (result.external_id, result.status, result.mention_id) == ("1", Status.CREATED, mention.pk)
    assert mention.text == item.text
    assert mention.author.handle == "lena"
    assert mention.engagement == {"likes": 3, "views": None}
    assert mention.attachments == item.attachments
    assert (mention.kind, mention.language, mention.visibility, mention.revision) == ("review", "de", "unlisted", "r1")
    assert mention.posted_at == NOON - timedelta(minutes=5)
    assert mention.received_at == NOON
    assert mention.needs_reading


def test_the_same_post_again_is_a_duplicate(channel):
    assert store(channel, post()) == ["created"]
    assert store(channel, post(), post()) == ["duplicate", "duplicate"]
    assert Mention.objects.count() == 1
    assert not Revision.objects.exists()


def test_another_channel_may_have_the_same_id(channel):
    assert store(channel, post()) == store(make_channel("other"), post()) == ["created"]


def test_a_changed_text_is_an_update_and_the_old_one_a_revision(channel):
    store(channel, post(text="First words", revision="r1"))
    make_reading(Mention.objects.get())
    assert store(channel, post(text="Second words", revision="r2"), now=NOON + timedelta(hours=1)) == ["updated"]
    mention = Mention.objects.get()
    assert (mention.text, mention.revision, mention.needs_reading) == ("Second words", "r2", True)
    assert mention.received_at == NOON
    revision = Revision.objects.get()
    assert (revision.text, revision.revision, revision.superseded_at) == (
        "First words",
        "r1",
        NOON + timedelta(hours=1),
    )


def test_an_old_version_that_arrives_late_changes_nothing(channel):
    store(channel, post(text="First", revision="r1"), post(text="Second", revision="r2"))
    assert store(channel, post(text="First", revision="r1")) == ["duplicate"]
    assert Mention.objects.get().text == "Second"
    assert Revision.objects.count() == 1


def test_what_an_edit_leaves_unsaid_stays(channel):
    store(channel, post(url="https://social.example/1", language="de", in_reply_to="0", engagement={"likes": 3}))
    store(channel, IncomingMention("1", text="Edited", posted_at=NOON))
    mention = Mention.objects.get()
    assert mention.author.handle == "lena"
    assert (mention.url, mention.language, mention.in_reply_to) == ("https://social.example/1", "de", "0")
    assert mention.conversation.external_id == "0"
    assert mention.engagement == {"likes": 3}
    assert mention.posted_at == NOON - timedelta(minutes=5)


def test_reactions_are_refreshed_without_a_revision(channel):
    store(channel, post(engagement={"likes": 3, "shares": 1}))
    Mention.objects.update(needs_reading=False)
    assert store(channel, post(engagement={"likes": 9}, url="https://social.example/1", revision="r2")) == ["duplicate"]
    mention = Mention.objects.get()
    assert mention.engagement == {"likes": 9, "shares": 1}
    assert (mention.url, mention.revision, mention.needs_reading) == ("https://social.example/1", "r2", False)
    assert not Revision.objects.exists()


def test_a_deleted_post_is_hidden_and_never_comes_back(channel):
    store(channel, post())
    assert store(channel, gone(), now=NOON + timedelta(hours=1)) == ["deleted"]
    mention = Mention.objects.get()
    assert mention.deleted_at == NOON + timedelta(hours=1)
    assert not mention.needs_reading
    assert store(channel, post(text="Back again"), gone(), now=NOON + timedelta(hours=2)) == ["deleted", "deleted"]
    mention.refresh_from_db()
    assert mention.deleted_at == NOON + timedelta(hours=1)
    assert mention.text == "The kettle arrived cracked."


def test_deleting_what_we_never_had_stores_nothing(channel):
    (result,) = ingest(channel, [gone()], delivery=None, now=NOON)
    assert (result.status, result.mention_id) == (Status.DELETED, None)
    assert not Mention.objects.exists()


def test_a_batch_is_taken_as_if_its_items_came_one_by_one(channel):
    items = [post("a", "One"), post("a", "One"), post("a", "Two"), post("b"), post("a", "Three"), gone("b"), post("b")]
    assert store(channel, *items) == ["created", "duplicate", "updated", "created", "updated", "deleted", "deleted"]
    assert [revision.text for revision in Revision.objects.all()] == ["One", "Two"]
    assert Mention.objects.get(external_id="a").text == "Three"
    assert Mention.objects.get(external_id="b").deleted_at == NOON
    assert list(Mention.objects.filter(needs_reading=True).values_list("external_id", flat=True)) == ["a"]


def test_results_keep_the_order_and_name_what_is_wrong(channel):
    results = ingest(
        channel, [post("a"), post("b", visibility="private"), post("c", "nul \x00"), post("d")], delivery=None, now=NOON
    )
    assert [result.external_id for result in results] == ["a", "b", "c", "d"]
    assert [result.status for result in results] == ["created", "rejected", "rejected", "created"]
    assert [problem.field for result in results for problem in result.errors] == ["visibility", "text"]
    assert set(Mention.objects.values_list("external_id", flat=True)) == {"a", "d"}


def test_nobody_posts_in_the_future_and_an_unknown_time_is_now(channel):
    store(channel, post("a", posted_at=NOON + timedelta(days=1)), post("b", posted_at=None))
    assert set(Mention.objects.values_list("posted_at", flat=True)) == {NOON}


def test_authors_are_refreshed_but_not_emptied_and_our_notes_stay(channel):
    store(channel, post(author=IncomingAuthor("7", "lena", "Lena", 412, True, "https://social.example/@lena")))
    Author.objects.update(by_us=True, kind="journalist")
    store(channel, post("2", author=IncomingAuthor("7", "lena2", followers=413)))
    author = Author.objects.get()
    assert (author.handle, author.display_name, author.followers, author.verified) == ("lena2", "Lena", 413, True)
    assert (author.by_us, author.kind) == (True, "journalist")


def conversations() -> dict[str, str | None]:
    return dict(Mention.objects.values_list("external_id", "conversation__external_id"))


def test_a_conversation_is_the_one_the_channel_names(channel):
    store(channel, post("a", conversation="talk"), post("b", conversation="talk", in_reply_to="a"))
    assert conversations() == {"a": "talk", "b": "talk"}


def test_replies_join_the_conversation_of_what_they_answer(channel):
    store(channel, post("root"), post("alone"))
    store(channel, post("reply", in_reply_to="root"))
    store(channel, post("deep", in_reply_to="reply"), post("deeper", in_reply_to="deep"))
    assert conversations() == {"root": "root", "alone": None, "reply": "root", "deep": "root", "deeper": "root"}


def test_replies_that_come_before_their_root_wait_for_it(channel):
    store(channel, post("reply", in_reply_to="root"))
    store(channel, post("root"))
    assert conversations() == {"reply": "root", "root": "root"}
    assert Conversation.objects.count() == 1


def test_posts_that_answer_each_other_in_a_circle_end(channel):
    store(channel, post("a", in_reply_to="b"), post("b", in_reply_to="a"), post("c", in_reply_to="c"))
    assert set(conversations()) == {"a", "b", "c"}


def test_every_item_is_accounted_for(channel):
    store(channel, post("old"), post("edited", "One"), post("gone"))
    items = [post("new"), post("old"), post("edited", "Two"), gone("gone"), post("bad", visibility="private")]
    delivery = keep_delivery(channel, "api", [item.raw for item in items])
    ingest(channel, items, delivery=delivery, now=delivery.received_at)
    delivery.refresh_from_db()
    outcomes = (delivery.created, delivery.updated, delivery.duplicates, delivery.deleted, delivery.rejected)
    assert (delivery.items, outcomes) == (5, (1, 1, 1, 1, 1))
    channel.refresh_from_db()
    assert (channel.received, channel.rejected, channel.last_mention_at) == (8, 1, delivery.received_at)


def test_a_delivery_keeps_whatever_came(channel):
    delivery = keep_delivery(channel, "api", [{"text": "nul \x00 half \ud800"}, "no object", None])
    delivery.refresh_from_db()
    assert delivery.body == [{"text": "nul � half �"}, "no object", None]
    assert abs(delivery.received_at - datetime.now(UTC)) < timedelta(minutes=1)


def batch(size: int, word: str) -> list[IncomingMention]:
    return [
        post(str(n), f"{word} {n}", author=IncomingAuthor(str(n % 7)), in_reply_to="root" if n % 3 else "")
        for n in range(size)
    ]


@pytest.mark.parametrize("word", ["First", "Second"])
def test_the_number_of_statements_does_not_grow_with_the_batch(channel, django_assert_num_queries, word):
    """New posts, then the same posts edited: as many statements for 400 as for 10."""
    counts = []
    for size in (10, 400):
        other = make_channel()
        if word == "Second":
            store(other, *batch(size, "First"))
        with django_assert_num_queries(16, exact=False) as queries:
            store(other, *batch(size, word))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_batch_of_duplicates_writes_only_its_account(channel, django_assert_num_queries):
    store(channel, *batch(100, "Same"))
    with django_assert_num_queries(8, exact=False) as queries:
        store(channel, *batch(100, "Same"))
    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE")) or "INSERT INTO" in q["sql"]]
    assert len(written) == 1
    assert "monitoring_channel" in written[0]


def test_an_empty_batch_is_no_matter(channel):
    assert store(channel) == []


def notes(monkeypatch) -> list[str]:
    rung: list[str] = []
    monkeypatch.setattr("monitoring.ingest.nudge", rung.append)
    return rung


def test_only_what_must_be_read_wakes_the_reader(channel, monkeypatch):
    rung = notes(monkeypatch)
    store(channel, post())
    store(channel, post())
    store(channel, gone())
    assert rung == ["mentions.stored"]


def test_what_others_stored_by_hand_is_found(channel):
    make_mention("The kettle arrived cracked.", channel=channel, external_id="1")
    assert store(channel, post()) == ["duplicate"]


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_store_the_same_items_end_in_one_row_each():
    channel = make_channel("busy")
    items = [post(str(n), f"Words {n}", in_reply_to=str(n - 1) if n else "") for n in range(200)]
    start = threading.Barrier(4)
    statuses: list[Status] = []
    failures: list[BaseException] = []

    def run(shift: int) -> None:
        try:
            start.wait()
            for begin in range(0, 200, 50):
                at = (begin + shift * 50) % 200
                statuses.extend(store(channel, *items[at : at + 50]))
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(shift,)) for shift in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert statuses.count(Status.CREATED) == Mention.objects.count() == 200
    assert statuses.count(Status.DUPLICATE) == 600
    assert Author.objects.count() == 1


def test_the_search_index_follows_the_text(channel):
    store(channel, post(text="Busse fahren"))
    store(channel, post(text="Die Züge fahren wieder"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM monitoring_mention WHERE search @@ to_tsquery('german', 'Zug')")
        assert cursor.fetchone() == (1,)


def test_old_deliveries_are_purged_and_mentions_stay(channel):
    store(channel, post())
    for age in (1, 29, 31, 90):
        delivery = keep_delivery(channel, "api", [])
        RawDelivery.objects.filter(pk=delivery.pk).update(received_at=datetime.now(UTC) - timedelta(days=age))
    purge_raw_deliveries()
    assert RawDelivery.objects.count() == 2
    assert Mention.objects.count() == 1

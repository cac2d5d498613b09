"""A small queue in which everything occurs that the inbox can show: levels, languages, kin, reach, hostile text."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from crisis.models import EngineHeartbeat
from monitoring.models import Conversation, Mention, WordList
from playbooks.starter.load import load_starter
from playbooks.vocabulary import WORD_LISTS
from tests.make import make_author, make_channel, make_mention, make_reading
from triage.models import Triage
from triage.suggest import suggest_new

FIRE = "Der Wasserkocher hat Funken geschlagen, meine Tochter hat sich die Hand verbrannt. Das Ding ist gefährlich! 🔥"
PRESS = "Journalist here – who can comment on the reports about sparks from your kettles? Our lawyer asks too."
QUESTION = "Does the Brauhell K2 work with 110 V? I am moving to Canada next month."
THANKS = "Danke an den Kundendienst von Brauhell, nach zwei Tagen war die neue Dichtung da ❤️"
RAILWAY = "Kettle Valley Railway celebrates its anniversary with a week of steam rides."
HOSTILE = "<script>alert(1)</script> FREE \u202eKETTLE\u200b https://evil.example/" + "a" * 180
ARABIC = "غلاية الماء وصلت مكسورة، ماذا أفعل الآن؟ Brauhell K2"
DIRECT = {"is_direct": True, "brand_terms": ["Brauhell"]}


def tell(*, assignee: User | None = None) -> dict[str, Triage]:
    """Nine mentions, each with its reading and suggestion, by a short name; the engine is in time."""
    now = timezone.now()
    run_engine(now)
    load_starter(now)
    lists = [WordList(slug=slug, language=code, terms=["x"]) for slug in WORD_LISTS for code in ("en", "de")]
    WordList.objects.bulk_create(lists)
    mastodon, bluesky = make_channel("mastodon", name="Mastodon"), make_channel("bluesky", name="Bluesky")
    news = make_channel("news", name="News feeds")
    lena = make_author(mastodon, "lenavogt@example.social", display_name="Lena Vogt", followers=412, verified=True)
    talk = Conversation.objects.create(channel=mastodon, external_id="talk-1")
    written = {
        "fire": (mastodon, "Ines Berger", FIRE, 64, {"terms": {"danger": ["gefährlich"]}, "language": "de"}),
        "press": (bluesky, "Sächsische Rundschau", PRESS, 12, {"terms": {"legal": ["lawyer"]}}),
        "question": (bluesky, "Tomáš Łukasiewicz", QUESTION, 8, {"is_question": True}),
        "thanks": (mastodon, "Oma Gerda", THANKS, 30, {"sentiment": 0.8, "language": "de"}),
        "other": (news, "", RAILWAY, 45, {"is_direct": False, "brand_terms": []}),
        "hostile": (bluesky, "<b>x</b>\u202egnp.exe", HOSTILE, 3, {"terms": {"spam": ["FREE", "evil"]}}),
        "arabic": (mastodon, "ليلى", ARABIC, 5, {"language": "und", "is_question": True}),
    }  # fmt: skip
    told: dict[str, Mention] = {}
    before = make_mention(
        "Ordered the K2 three weeks ago, still nothing. Anyone else?",
        channel=mastodon,
        author=lena,
        conversation=talk,
        received_at=now - timedelta(days=1),
    )
    make_reading(before, **DIRECT)
    told["before"] = before
    told["lena"] = make_mention(
        "Ordered a kettle three weeks ago, it arrived cracked and nobody answers my e-mails. My order is 4711. "
        "Not what I expected from you, @brauhell 😡", channel=mastodon, author=lena, conversation=talk,
        in_reply_to=before.external_id, received_at=now - timedelta(minutes=22), url="https://example.social/@lenavogt/1",
        engagement={"likes": 3, "shares": 1, "replies": 2},
    )  # fmt: skip
    make_reading(told["lena"], sentiment=-0.6, terms={"experience": ["my order"]}, **DIRECT)
    for name, (channel, author, text, minutes, reading) in written.items():
        told[name] = write(channel, author, text, now - timedelta(minutes=minutes), reading)
    suggest_new()
    if assignee:
        Triage.objects.filter(pk=told["press"].pk).update(assignee=assignee)
    return {name: Triage.objects.get(pk=mention.pk) for name, mention in told.items()}


def run_engine(now: datetime) -> None:
    """All of its parts, well beyond the end of the test."""
    beats = [EngineHeartbeat(part=part, beat_at=now + timedelta(hours=1)) for part in EngineHeartbeat.Part]
    EngineHeartbeat.objects.bulk_create(beats, ignore_conflicts=True)


def write(channel, author: str, text: str, at: datetime, reading: dict) -> Mention:
    followers = 88_000 if "Rundschau" in author else 90
    who = make_author(channel, f"{author or 'railway'}@example.social", display_name=author, followers=followers)
    mention = make_mention(text, channel=channel, author=who, received_at=at)
    make_reading(mention, **DIRECT | reading)
    return mention

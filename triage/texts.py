"""The texts beside the reply: templates filled with what is known, and the approved answers that fit the mention."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import User
from monitoring.models import Mention
from playbooks.house import public_link
from playbooks.knowledge import WORTH_SHOWING, in_words, matches
from playbooks.models import KnowledgeEntry, ResponseTemplate
from playbooks.placeholders import Placeholder, fill, open_in, placeholders_in

MOST_ANSWERS = 3
HOUSE_RULES = "house-rules"


@dataclass(frozen=True, slots=True)
class OfferedText:
    """A template in the language of the mention, its short text if it has one, and what a person still fills in."""

    slug: str
    name: str
    text: str
    short: str
    open: list[Placeholder]
    is_suggested: bool


@dataclass(frozen=True, slots=True)
class OfferedAnswer:
    entry: KnowledgeEntry
    text: str
    fits: str
    was_called_outdated: bool


def known_values(mention: Mention, person: User | None, texts: str) -> Mapping[str, str]:
    """Placeholder → value, as far as the console knows it; looks up only what the texts hold."""
    asked = placeholders_in(texts)
    return {
        "name": mention.author.name if mention.author else "",
        "channel": mention.channel.name,
        "signature": person.first_name if person else "",
        "house_rules": public_link(HOUSE_RULES) if "house_rules" in asked else "",
    }


def offered_texts(mention: Mention, person: User, suggested: str) -> list[OfferedText]:
    """Every template, the one that the outcome suggests first."""
    language = mention.reading.language
    rows = list(ResponseTemplate.objects.all())
    values = known_values(mention, person, " ".join(row.in_language(language) for row in rows))
    offered = [_offered(row, language, values, suggested) for row in rows]
    return sorted(offered, key=lambda text: (not text.is_suggested, text.name))


def offered_answers(mention: Mention, person: User) -> list[OfferedAnswer]:
    """The best three that fit at all, in the language in which they fit."""
    found = matches({mention.pk: (mention.reading.language, mention.text)}).get(mention.pk, [])
    best = [match for match in found if match.score >= WORTH_SHOWING][:MOST_ANSWERS]
    entries = KnowledgeEntry.objects.prefetch_related("feedback").in_bulk([match.entry for match in best])
    values = known_values(mention, person, " ".join(entry.answer_en + entry.answer_de for entry in entries.values()))
    return [
        OfferedAnswer(
            entry=entries[match.entry],
            text=fill(entries[match.entry].in_language(match.language), values),
            fits=in_words(match.score),
            was_called_outdated=any(row.settled_at is None for row in entries[match.entry].feedback.all()),
        )
        for match in best
    ]


def _offered(row: ResponseTemplate, language: str, values: Mapping[str, str], suggested: str) -> OfferedText:
    text = fill(row.in_language(language), values)
    short = fill(row.in_language(language, short=True), values)
    is_suggested = row.slug == suggested
    return OfferedText(row.slug, str(row), text, "" if short == text else short, open_in(text), is_suggested)

"""The placeholders that texts of ours may hold, such as `{name}`: what each stands for and where its value comes from.

A fixed vocabulary: a text that names any other is refused where it is written, and one that still holds any stays here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PATTERN = re.compile(r"\{([^{}\n]*)\}")


class Kind(models.TextChoices):
    """What may stand in its place."""

    WORDS = "words", _("some words")
    SENTENCE = "sentence", _("a sentence")
    TIME = "time", _("a time")
    LINK = "link", _("a link")
    NUMBER = "number", _("a number")


class Source(models.TextChoices):
    """Who or what knows the value."""

    MENTION = "mention", _("filled in from the mention")
    CONSOLE = "console", _("filled in from the console")
    PERSON = "person", _("filled in by whoever writes")


@dataclass(frozen=True, slots=True)
class Placeholder:
    slug: str
    kind: Kind
    source: Source
    description: str | Promise
    english: str
    german: str

    def example(self, language: str) -> str:
        return self.german if language.startswith("de") else self.english

    @property
    def mark(self) -> str:
        return f"{{{self.slug}}}"


def _placeholders(*rows: tuple[str, Kind, Source, str | Promise, str, str]) -> Mapping[str, Placeholder]:
    return {row[0]: Placeholder(*row) for row in rows}


WORDS, SENTENCE, TIME, LINK, NUMBER = Kind.WORDS, Kind.SENTENCE, Kind.TIME, Kind.LINK, Kind.NUMBER
MENTION, CONSOLE, PERSON = Source.MENTION, Source.CONSOLE, Source.PERSON

PLACEHOLDERS = _placeholders(
    ("name", WORDS, MENTION, _("What the author calls themselves."), "Lena Vogt", "Lena Vogt"),
    ("channel", WORDS, MENTION, _("The channel on which it was said."), "Mastodon", "Mastodon"),
    ("signature", WORDS, CONSOLE, _("The first name of whoever writes the reply."), "Maya", "Maya"),
    (
        "house_rules", LINK, CONSOLE, _("Where the public reads our house rules."),
        "https://example.org/house-rules", "https://example.org/netiquette",
    ),
    ("product", WORDS, PERSON, _("The product, as customers call it."), "the NW-400 kettle", "den Wasserkocher NW-400"),
    ("team", WORDS, PERSON, _("Who of us takes care of it."), "our repair team", "unserem Reparaturteam"),
    ("time", TIME, PERSON, _("By when something will be known or done, with the day."), "today, 4 pm", "heute, 16 Uhr"),
    ("since", TIME, PERSON, _("When it began."), "this morning, 9:10", "heute früh, 9:10 Uhr"),
    ("link", LINK, PERSON, _("Where more about it stands."), "https://example.org/help", "https://example.org/hilfe"),
    ("contact", WORDS, PERSON, _("How people reach us about it."), "help@example.org", "hilfe@example.org"),
    ("hotline", WORDS, PERSON, _("The number that is staffed for this."), "0800 555 0100", "0800 555 0100"),
    ("answer", SENTENCE, PERSON, _("The answer itself, in one or two sentences."),
     "the lid can be ordered on its own.", "der Deckel ist einzeln erhältlich."),
    ("question", SENTENCE, PERSON, _("What we need to know to help."),
     "which number is on the bottom of the kettle?", "welche Nummer steht auf der Unterseite?"),
    ("action", WORDS, PERSON, _("What we have done or are doing."), "taken it off sale", "den Verkauf gestoppt"),
    ("wish", WORDS, PERSON, _("What the person asks for."), "send a spare part abroad", "Ein Versand ins Ausland"),
    ("reason", WORDS, PERSON, _("Why, without blaming anybody."),
     "the approval is for the EU only", "die Zulassung nur für die EU gilt"),
    ("offer", SENTENCE, PERSON, _("What we can do instead."),
     "we repair it free of charge.", "Wir reparieren ihn kostenlos."),
    ("fact", WORDS, PERSON, _("What is right, and can be checked."),
     "the steel comes from Solingen", "Der Stahl kommt aus Solingen"),
    ("topic", WORDS, PERSON, _("What it is about, in two or three words."), "working hours", "den Arbeitszeiten"),
    ("position", SENTENCE, PERSON, _("Our approved position, in one sentence."),
     "we pay above the collective agreement.", "Wir zahlen über Tarif."),
    ("rule", NUMBER, PERSON, _("The number of the house rule."), "3", "3"),
    ("statement", SENTENCE, PERSON, _("The approved statement of the crisis, word for word."),
     "We have stopped the sale of the NW-400.", "Wir haben den Verkauf des NW-400 gestoppt."),
    ("event", WORDS, PERSON, _("What happened, neutral and without a cause."),
     "reports of sparks from our kettle", "Berichte über Funken an unserem Wasserkocher"),
    ("empathy", SENTENCE, PERSON, _("A sentence for those who are affected."),
     "Our thoughts are with those who were hurt.", "Unsere Gedanken sind bei den Verletzten."),
    ("unknown", WORDS, PERSON, _("What we do not know yet: said openly."), "the cause", "die Ursache"),
    ("cause", WORDS, PERSON, _("The cause, once it is proven."), "a faulty switch", "ein fehlerhafter Schalter"),
    ("measure", SENTENCE, PERSON, _("What will be different from now on."),
     "every switch is now tested twice.", "Jeder Schalter wird ab jetzt zweimal geprüft."),
    ("affected", WORDS, PERSON, _("Who or what is affected, as far as it is certain."),
     "kettles of batches 2219 to 2224", "Geräte der Chargen 2219 bis 2224"),
    ("data", WORDS, PERSON, _("Which kinds of data."), "names and e-mail addresses", "Namen und E-Mail-Adressen"),
    ("account", WORDS, PERSON, _("The name of the account."), "@brauhell_service", "@brauhell_service"),
    ("wrong", WORDS, PERSON, _("What was wrong, in its own words."), "“free of charge”", "„kostenlos“"),
    ("right", WORDS, PERSON, _("What is right instead."), "it costs 4 euros", "Es kostet 4 Euro"),
)  # fmt: skip


def placeholders_in(text: str) -> list[str]:
    """The slugs in their order, each once; also those that nobody knows."""
    return list(dict.fromkeys(PATTERN.findall(text)))


def unknown_in(text: str) -> list[str]:
    return [slug for slug in placeholders_in(text) if slug not in PLACEHOLDERS]


def refuse_unknown(text: str) -> None:
    """A field's validator: raises ValidationError that names what is unknown and what there is."""
    unknown = unknown_in(text)
    if unknown:
        words = {
            "unknown": ", ".join(f"{{{slug}}}" for slug in unknown),
            "known": ", ".join(known.mark for known in PLACEHOLDERS.values()),
        }
        raise ValidationError(
            _("No such placeholder: %(unknown)s. Known are: %(known)s."), code="unknown_placeholder", params=words
        )


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every value that is known; the rest stays as it is. Values are never filled again themselves."""
    return PATTERN.sub(lambda found: values.get(found[1]) or found[0], text)


def with_examples(text: str, language: str) -> str:
    """How it may read in the end."""
    return fill(text, {slug: known.example(language) for slug, known in PLACEHOLDERS.items()})


def open_in(text: str) -> list[Placeholder]:
    """What a person still has to fill in."""
    return [PLACEHOLDERS[slug] for slug in placeholders_in(text) if slug in PLACEHOLDERS]


def pieces(text: str) -> Sequence[tuple[str, bool]]:
    """The text in parts, each with whether it is an open placeholder: for showing what is open."""
    parts = re.split(r"(\{[^{}\n]*\})", text)
    return [(part, PATTERN.fullmatch(part) is not None) for part in parts if part]

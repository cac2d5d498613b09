"""Made-up mentions of a maker of kettles that does not exist, for trying how much a machine can take."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from monitoring.channels.protocol import IncomingAuthor, IncomingMention

SAID = {
    "en": (
        "My {thing} from Brauhell arrived {some} days late and the lid does not close.",
        "@brauhell can you tell me whether the {thing} works with hard water?",
        "Honestly the best tea I have had in {some} years, thank you @brauhell!",
        "Waited {some} minutes on the hotline and was cut off twice. Great service, really.",
        "If order {number} is not refunded by Friday my lawyer will write to you.",
        "Smoke came out of the {thing} this morning and I burnt my hand.",
    ),
    "de": (
        "Mein {thing} von Brauhell kam {some} Tage zu spät, und der Deckel schließt nicht.",
        "@brauhell könnt ihr mir sagen, ob der {thing} mit hartem Wasser klarkommt?",
        "Ganz ehrlich: der beste Tee seit {some} Jahren, danke @brauhell!",
        "{some} Minuten in der Warteschleife und zweimal rausgeflogen. Toller Service.",
        "Wenn mein Geld für Bestellung {number} bis Freitag nicht da ist, meldet sich mein Anwalt.",
        "Heute früh kam Rauch aus dem {thing}, und ich habe mir die Hand verbrannt.",
    ),
    "fr": (
        "Mon {thing} Brauhell est arrivé avec {some} jours de retard et le couvercle ne ferme pas.",
        "@brauhell le {thing} supporte-t-il l'eau calcaire ?",
        "Commande {number} toujours pas livrée, personne ne répond au téléphone.",
    ),
    "es": (
        "Mi {thing} de Brauhell llegó {some} días tarde y la tapa no cierra.",
        "@brauhell ¿el {thing} funciona con agua dura?",
        "El pedido {number} sigue sin llegar y nadie contesta. Una vergüenza.",
    ),
    "it": (
        "Il mio {thing} Brauhell è arrivato con {some} giorni di ritardo e il coperchio non chiude.",
        "@brauhell il {thing} va bene anche con l'acqua dura?",
    ),
}
LANGUAGES, SHARES = ("en", "de", "fr", "es", "it"), (40, 40, 8, 7, 5)
THINGS = ("K9", "K12", "K17", "Toaster T4", "F9")
SENTENCES = (1, 1, 2, 2, 3, 6)
AUTHORS_PER_MENTION = 0.25


def made_up(
    number: int, until: datetime, over: timedelta, seed: str, authors_per_mention: float = AUTHORS_PER_MENTION
) -> Iterator[IncomingMention]:
    """`number` posts, oldest first, spread over the time before `until`; one `seed` always gives the same ones.

    A third answer the post before them; each is by one of `number * authors_per_mention` people. Memory does not grow
    with `number`.
    """
    dice, before = random.Random(seed), ""  # noqa: S311 - it need not surprise anybody
    authors = max(1, round(number * authors_per_mention))
    for place in range(number):
        language, name = dice.choices(LANGUAGES, SHARES)[0], f"made-up-{seed}-{place}"
        yield IncomingMention(
            external_id=name,
            text=" ".join(_sentence(language, dice) for _ in range(dice.choice(SENTENCES))),
            posted_at=until - over * ((number - place) / number),
            url=f"https://social.example/p/{name}",
            language=language,
            author=_author(dice.randrange(authors)),
            in_reply_to=before if dice.random() < 1 / 3 else "",
            engagement={"likes": dice.randrange(60), "shares": dice.randrange(9), "replies": dice.randrange(5)},
        )
        before = name


def _sentence(language: str, dice: random.Random) -> str:
    said = dice.choice(SAID[language])
    return said.format(thing=dice.choice(THINGS), some=dice.randrange(2, 30), number=dice.randrange(10_000, 99_999))


def _author(number: int) -> IncomingAuthor:
    handle = f"person{number}@social.example"
    return IncomingAuthor(
        handle, handle, f"Person {number}", number % 5_000, False, f"https://social.example/@{number}"
    )

"""Posts as people write them about a maker of kettles that does not exist: German and English, short and long."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from monitoring.channels.protocol import IncomingAuthor, IncomingMention

SAID = {
    "en": (
        "My {thing} from Brauhell arrived {some} days late and the lid does not close.",
        "@brauhell can you tell me whether the {thing} works with hard water?",
        "Honestly the best tea I have had in {some} years, thank you @brauhell!",
        "Waited {some} minutes on the hotline and was cut off twice. Great service, really.",
        "If order {number} is not refunded by Friday my lawyer will write to you.",
        "Smoke came out of the {thing} this morning and I burnt my hand.",
        "Somebody at the shop in Leeds was lovely and swapped my {thing} on the spot.",
    ),
    "de": (
        "Mein {thing} von Brauhell kam {some} Tage zu spät, und der Deckel schließt nicht.",
        "@brauhell könnt ihr mir sagen, ob der {thing} mit hartem Wasser klarkommt?",
        "Ganz ehrlich: der beste Tee seit {some} Jahren, danke @brauhell!",
        "{some} Minuten in der Warteschleife und zweimal rausgeflogen. Toller Service.",
        "Wenn mein Geld für Bestellung {number} bis Freitag nicht da ist, meldet sich mein Anwalt.",
        "Heute früh kam Rauch aus dem {thing}, und ich habe mir die Hand verbrannt.",
        "Im Laden in Graz waren alle sehr nett und haben den {thing} sofort getauscht.",
    ),
}
THINGS = ("K9", "K12", "K17", "Toaster T4", "F9")
_numbers = count(1)


def posts(number: int, now: datetime, seed: int) -> list[IncomingMention]:
    """One seed gives the same texts under new names: no two calls bring the same post. A third are replies."""
    return list(_posts(number, now, random.Random(seed)))


def _posts(number: int, now: datetime, dice: random.Random) -> Iterator[IncomingMention]:
    earlier: list[str] = []
    for place in range(number):
        language, name = dice.choice(("en", "de")), f"1134{next(_numbers):014}"
        yield IncomingMention(
            external_id=name,
            text=" ".join(_sentence(language, dice) for _ in range(dice.choice((1, 1, 2, 2, 3, 6)))),
            posted_at=now - timedelta(seconds=30 * (number - place)),
            url=f"https://social.example/p/{name}",
            language=language,
            author=_author(dice.randrange(4 * number)),
            in_reply_to=dice.choice(earlier) if earlier and dice.random() < 1 / 3 else "",
            engagement={"likes": dice.randrange(60), "shares": dice.randrange(9), "replies": dice.randrange(5)},
        )
        earlier.append(name)


def _sentence(language: str, dice: random.Random) -> str:
    said = dice.choice(SAID[language])
    return said.format(thing=dice.choice(THINGS), some=dice.randrange(2, 30), number=dice.randrange(10_000, 99_999))


def _author(number: int) -> IncomingAuthor:
    handle = f"person{number}@social.example"
    return IncomingAuthor(
        handle, handle, f"Person {number}", number % 5_000, False, f"https://social.example/@{number}"
    )

"""How wide words are in Inter, so that a picture made on the server breaks its lines where the browser would.

Measured once in Chromium at weight 600, the heaviest that pictures use: what fits here fits lighter letters too.
"""

from collections.abc import Iterator
from functools import lru_cache

# Hundredths of the letter size → the letters that are that wide.
WIDTHS = {
    25: " \u00a0",
    26: "ijlìíîïıł",
    28: "IÌÍÎÏ‘’‚",
    32: "!,.:¡¦·¹';",
    36: "`tt´|()[]/\\",
    40: "fr1ť",
    46: "{}-_ª°º",
    51: '–„“”•"*?¿',
    56: "sśšşLakxzàáâãäåčćçżźž",
    59: "7JcFevyèéêëęěðýÿ",
    61: "5EhnouñòóôõöøùúûüůűńňÈÉÊË2bdpqþ",
    65: "g«»ğ#3689ß$PRSZŘŚŠŞŹŻŽ",
    68: "&0BT+4<=>~±×÷€KŤ",
    73: "YDXAVÝÀÁÂÃÄÅĄ",
    76: "CUGHNÇĆČĎÙÚÛÜŮŰÑŃŇ",
    78: "OQÒÓÔÕÖØ",
    91: "mMwæ",
    101: "%@—→…œÆŒW",
}
WIDTH_OF = {letter: width for width, letters in WIDTHS.items() for letter in letters}
UNKNOWN = 70
WIDE_FROM = "\u1100"  # Hangul, ideographs, emoji: a full square and a little
WIDE = 110
ELLIPSIS = "…"


@lru_cache(maxsize=4096)
def width(text: str, size: float) -> float:
    """The width of one line in pixels, at letters of `size` pixels; never less than what the browser draws."""
    return sum(WIDTH_OF.get(letter, WIDE if letter >= WIDE_FROM else UNKNOWN) for letter in text) * size / 100


def wrapped(text: str, size: float, most: float, lines: int | None = None) -> tuple[str, ...]:
    """The text in lines of at most `most` pixels; a word that is too long is cut. Beyond `lines` it ends in “…”."""
    found = tuple(_lines(text, size, most)) or ("",)
    if lines is None or len(found) <= lines:
        return found
    return (*found[: lines - 1], _shortened(found[lines - 1], size, most))


def _lines(text: str, size: float, most: float) -> Iterator[str]:
    line = ""
    for word in (part for long in text.split() for part in _pieces(long, size, most)):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size) > most:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _pieces(word: str, size: float, most: float) -> Iterator[str]:
    """A word in pieces that fit, each but the last with a hyphen; nearly always the word itself."""
    while width(word, size) > most and len(word) > 1:
        end = 1
        while end < len(word) - 1 and width(word[: end + 1] + "-", size) <= most:
            end += 1
        yield word[:end] + "-"
        word = word[end:]
    yield word


def _shortened(line: str, size: float, most: float) -> str:
    while line and width(line + ELLIPSIS, size) > most:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS

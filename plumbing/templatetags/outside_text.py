"""Shows text and addresses that strangers wrote: nothing invisible may change what a reader believes to read.

`{{ text|visible }}` escapes the text and spells out every character that reorders, joins or hides others.
`plainly(text)` does the same where no HTML stands.
`{{ url|web_address }}` lets only http and https through, so that a link can never run a script.
"""

import re
import unicodedata
from urllib.parse import urlsplit

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

JOINERS = "\u200c\u200d"
SUSPECT = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, without tab and line feed
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, joiners, embeddings, overrides, isolates
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # musical controls, tags, further variation selectors
    "]"
)
LATIN_END = "\u024f"
IDEOGRAPHS = "\u2e80"
BLACK_FLAG = "\U0001f3f4"


@register.filter
def visible(text: str | None) -> SafeString:
    """The text as safe HTML; `<span class="hidden-sign">U+202E</span>` stands for each hidden character."""
    text = str(text or "").replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    pieces, end = [], 0
    for match in SUSPECT.finditer(text):
        if belongs(text, match.start()):
            continue
        pieces += [escape(text[end : match.start()]), spelled_out(match[0])]
        end = match.end()
    return mark_safe("".join([*pieces, escape(text[end:])]))  # noqa: S308 - every piece is escaped


def plainly(text: str) -> str:
    """The text on one line of plain text, `[U+202E]` in the place of each hidden character."""
    line = " ".join(text.split())
    return SUSPECT.sub(lambda match: match[0] if belongs(line, match.start()) else f"[U+{ord(match[0]):04X}]", line)


@register.filter
def web_address(url: str | None) -> str:
    """The address if a browser may safely open it, else an empty text."""
    try:
        parts = urlsplit(str(url or "").strip())
    except ValueError:
        return ""
    return parts.geturl() if parts.scheme in {"http", "https"} and parts.netloc else ""


def belongs(text: str, at: int) -> bool:
    """Whether the script or the emoji around it needs this character, so that it deceives nobody."""
    sign, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if sign in JOINERS:  # families of emoji, Persian and Indic words
        return before > LATIN_END and after > LATIN_END and not (is_hidden(before) or SUSPECT.match(after))
    if "\ufe00" <= sign <= "\ufe0f":  # text or emoji form of the sign before it
        return bool(before) and not before.isspace() and not SUSPECT.match(before)
    if "\U000e0100" <= sign <= "\U000e01ef":  # forms of ideographs
        return before >= IDEOGRAPHS and not SUSPECT.match(before)
    if "\U000e0020" <= sign <= "\U000e007f":  # letters of a region behind a flag
        return re.search(BLACK_FLAG + "[\U000e0020-\U000e007e]*$", text[max(0, at - 8) : at]) is not None
    return False


def is_hidden(sign: str) -> bool:
    """Whether nobody sees it; the form of the sign before it does not count."""
    return SUSPECT.match(sign) is not None and not "\ufe00" <= sign <= "\ufe0f"


def spelled_out(sign: str) -> SafeString:
    name = unicodedata.name(sign, "CONTROL")
    return format_html('<span class="hidden-sign" title="{}" dir="ltr">U+{}</span>', name, f"{ord(sign):04X}")

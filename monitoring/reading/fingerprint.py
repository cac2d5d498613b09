"""A fingerprint that exact copies share, whatever was done to their case, links, spacing or @names."""

import hashlib
import re
import unicodedata

# Shorter texts are said by people who know nothing of each other ("Thank you so much!"): no story.
FEWEST_LETTERS = 20
LINK = re.compile(r"(?:https?://|www\.)\S+")
HANDLE = re.compile(r"@[\w.-]+(?:@[\w.-]+)?:?")
PASSED_ON = re.compile(r"^\s*(?:rt|mt)\s+(?=@)|\s+via\s+(?=@[\w.-]+\s*$)")


def fingerprint(text: str) -> str | None:
    """SHA-256 (hex) of the letters and digits, or None for a text too short to be a copy of anything."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = HANDLE.sub(" ", PASSED_ON.sub(" ", LINK.sub(" ", plain)))
    letters = "".join(character for character in plain if character.isalnum())
    if len(letters) < FEWEST_LETTERS:
        return None
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()

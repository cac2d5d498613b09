"""The language of a short post, or `und` when it says too little to tell."""

import re
from functools import cache
from importlib import import_module
from typing import Any

UNKNOWN = "und"
LANGUAGES = ("ar", "da", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr", "uk", "zh")
SURE = 0.6
MOST_CHARACTERS = 2_000
NOISE = re.compile(r"https?://\S+|www\.\S+|@[\w.@-]+|&\w+;|\d+")


def detect_language(text: str, declared: str = "") -> str:
    """ISO 639-1 of the text; where the text does not tell, the language that the channel declared, else `und`."""
    plain = " ".join(NOISE.sub(" ", text[:MOST_CHARACTERS]).replace("#", " ").replace("_", " ").split())
    if any(letter.isalpha() for letter in plain):
        language, confidence = _identifier().classify(plain)
        if confidence >= SURE:
            return str(language)
    return _primary(declared)


def _primary(tag: str) -> str:
    """`de-AT` → `de`; anything that is no language tag → `und`."""
    primary = re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]
    return primary if primary.isalpha() and primary.isascii() and 2 <= len(primary) <= 3 else UNKNOWN


@cache
def _identifier() -> Any:
    """Loaded by the first text: half a second, and with numpy some 60 MB, that only workers pay.

    A new one of the languages that are left lets go of the other eighty, which are 28 MB.
    """
    langid = import_module("py3langid.langid")
    whole = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    whole.set_languages(LANGUAGES)
    of_languages = whole.nb_ptc, whole.nb_pc, whole.nb_classes
    of_texts = whole.tk_nextmove, whole.tk_output
    return langid.LanguageIdentifier(*of_languages, *of_texts, norm_probs=True, tk_row=whole.tk_row)

"""Whether a text asks something: a question mark, or the way a question opens."""

import re

from monitoring.reading.phrases import Phrases, Words

LINK = re.compile(r"(?:https?://|www\.)\S+")
SENTENCE = re.compile(r"[.!\n…]+")
HANDLES_IN_FRONT = re.compile(r"^(?:\s*[@#][\w.@-]+:?)+")


def _phrases(words: str) -> Phrases:
    return Phrases.of(words.split())


OPENERS = {
    "en": _phrases(
        "who what where why how which whose "
        "is are am was were do does did can could will would should shall may have has"
    ),
    "de": _phrases(
        "wer was wann wo warum wieso weshalb wie welche* wem wen wessen woher wohin womit wofür "
        "ist sind bin war waren habt hat haben kann können könnt könnte könnten wird werden werdet "
        "gibt darf dürfen muss müssen soll sollte"
    ),
}
ASKING = {
    "en": Phrases.of(
        (
            "does anyone know",
            "does anybody know",
            "can anyone",
            "can someone",
            "could someone",
            "could you please tell",
            "can you tell me",
            "please tell me",
            "let me know if",
            "let me know when",
            "let me know how",
            "wondering if",
            "wondering when",
            "wondering how",
            "i would like to know",
            "i'd like to know",
            "how do i",
            "how can i",
            "when will",
            "when do",
            "when does",
            "when is",
            "when are",
            "when can",
            "any idea",
            "any ideas",
            "any news on",
            "any update on",
        )
    ),
    "de": Phrases.of(
        (
            "weiß jemand",
            "weiss jemand",
            "kann jemand",
            "kann mir jemand",
            "könnt ihr mir sagen",
            "können sie mir sagen",
            "wüsste gern*",
            "würde gern* wissen",
            "möchte wissen",
            "frage mich ob",
            "wollte fragen",
            "wollte mal fragen",
            "wollte nachfragen",
            "eine frage",
            "kurze frage",
            "sagt mir bitte",
            "gibt es schon",
            "gibt es eine",
            "gibt es einen",
        )
    ),
}
# An opener alone is no question ("How nice!", "Was für ein Service"): the sentence must also address somebody.
ADDRESSING = {
    "en": _phrases("you your ya u i we my anyone anybody someone"),
    "de": _phrases("ihr euch euer eure* sie ich wir man mein* es jemand"),
}


def is_question(text: str, language: str) -> bool:
    """True for a question mark outside of links, or a question's wording in English or German."""
    plain = LINK.sub(" ", text)
    if "?" in plain or "？" in plain or "؟" in plain:
        return True
    if language not in OPENERS:
        return False
    words = Words.of(plain)
    if any(ASKING[language].find(words)):
        return True
    return any(_opens_as_question(sentence, language) for sentence in SENTENCE.split(plain))


def _opens_as_question(sentence: str, language: str) -> bool:
    words = Words.of(HANDLES_IN_FRONT.sub("", sentence))
    opens = any(hit.start == 0 for hit in OPENERS[language].find(words))
    return opens and any(1 <= hit.start <= 2 for hit in ADDRESSING[language].find(words))

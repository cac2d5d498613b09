"""HTML to plain text, for channels whose posts are web pages."""

import re
from html.parser import HTMLParser

_BLOCKS = """
address article aside blockquote br dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre
section table td th tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
SILENT = frozenset(("script", "style", "template", "noscript", "head", "title"))
BLANKS = re.compile(r"[^\S\n]+")
EMPTY_LINES = re.compile(r"\s*\n\s*")


def plain_text(markup: str) -> str:
    """The words of a piece of HTML, one line per block; text without any markup stays as it is."""
    if "<" not in markup and "&" not in markup:
        return tidy(markup)
    parser = _Words()
    parser.feed(markup)
    parser.close()
    return tidy("".join(parser.pieces))


def tidy(text: str) -> str:
    """Plain text with single blanks and without empty lines."""
    return EMPTY_LINES.sub("\n", BLANKS.sub(" ", text)).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent = self._silent or tag
        elif tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""
        elif tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data)

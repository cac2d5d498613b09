"""Which manuals there are, and one of them as safe HTML: Markdown from our own repository, without raw HTML."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from posixpath import basename

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

DOCS: Path = settings.BASE_DIR / "docs"
BY_LANGUAGE = ("community-manager", "pr-lead", "admin")
IN_ENGLISH = ("operating", "deploy")
SLUGS = (*BY_LANGUAGE, *IN_ENGLISH)
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Manual:
    """`sections` are (anchor, heading) of the second level, in order; `language` is that of the text."""

    slug: str
    title: str
    summary: str
    language: str
    sections: tuple[tuple[str, str], ...]
    html: SafeString


def manuals(language: str) -> list[Manual]:
    return [read(slug, language) for slug in SLUGS]


def read(slug: str, language: str) -> Manual:
    """The slug is one of SLUGS. What is not written in the reader's language is read in English."""
    language = language if slug in BY_LANGUAGE and (DOCS / language).is_dir() else "en"
    path = DOCS / language / f"{slug}.md" if slug in BY_LANGUAGE else DOCS / f"{slug}.md"
    return render(slug, language, path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def render(slug: str, language: str, path: Path, _changed: int) -> Manual:
    tokens = MARKDOWN.parse(path.read_text(encoding="utf-8"))
    title, tokens = tokens[1].content, tokens[3:]
    sections = tuple(anchored(tokens))
    for token in tokens:
        redirect(token.children or [], language)
    html = SafeString(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))  # our own text, and raw HTML is off
    return Manual(slug, title, first_words(tokens), language, sections, html)


def first_words(tokens: list[Token]) -> str:
    """The first paragraph as plain text; empty where there is none."""
    following = (content for token, content in pairwise(tokens) if token.type == "paragraph_open")
    words = getattr(next(following, None), "children", None) or []
    return "".join(" " if word.type == "softbreak" else word.content for word in words)


def anchored(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """Gives each heading of the second level an id."""
    for token, content in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            anchor = slugify(content.content)
            token.attrSet("id", anchor)
            yield anchor, content.content


def redirect(tokens: list[Token], language: str) -> None:
    """Links between the files of docs/ become links between these pages; what is not shown here is no link."""
    shown = True
    for token in tokens:
        if token.type == "image":
            token.attrSet("src", reverse("help-image", args=[language, basename(str(token.attrGet("src")))]))
            token.attrSet("loading", "lazy")
        elif token.type == "link_open":
            address = here(str(token.attrs.pop("href")))
            shown = address is not None
            if address is not None:
                token.attrSet("href", address)
        if token.type in ("link_open", "link_close") and not shown:
            token.tag = "span"


def here(address: str) -> str | None:
    target, _hash, anchor = address.partition("#")
    if target.startswith(("http:", "https:", "/")) or not target:
        return address
    slug = basename(target).removesuffix(".md")
    if slug not in SLUGS:
        return None
    page = reverse("help-manual", args=[slug])
    return f"{page}#{anchor}" if anchor else page

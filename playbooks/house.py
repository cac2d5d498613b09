"""House pages: their text as safe HTML with anchors that stay, a new draft, and publishing by another person."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from django.db import transaction
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from accounts.models import User
from playbooks.models import HousePage, HousePageVersion

State = HousePageVersion.State
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
ANCHOR = re.compile(r"\s*\{#([a-z0-9-]{1,64})\}\s*$")
ALLOWED = ("https://", "http://", "mailto:", "#", "/")


class PublishPageError(ValueError):
    """Why a version of a page must not go live."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """`sections` are (anchor, heading) in their order."""

    html: SafeString
    sections: tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def render(body: str) -> Rendered:
    """Markdown without raw HTML, pictures or links that run scripts."""
    tokens = MARKDOWN.parse(body)
    sections = tuple(_anchored(tokens))
    for token in tokens:
        for inline in token.children or []:
            _tame(inline)
    return Rendered(SafeString(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})), sections)


def anchors(body: str) -> list[str]:
    return [anchor for anchor, _heading in render(body).sections]


def public_link(slug: str, anchor: str = "") -> str:
    """Where the public reads a page; empty while nobody said where."""
    address = HousePage.objects.filter(slug=slug).values_list("public_address", flat=True).first()
    return f"{address}#{anchor}" if address and anchor else address or ""


def next_number(page: HousePage) -> int:
    newest = page.versions.order_by("-number").values_list("number", flat=True).first()
    return (newest or 0) + 1


@transaction.atomic
def publish_page(version_id: int, *, by: User | None, now: datetime) -> HousePageVersion:
    """Freezes the draft and retires what was in force. `by` is not the author; None is the first start.

    Raises PublishPageError.
    """
    version = HousePageVersion.objects.select_related("page").get(pk=version_id)
    HousePage.objects.select_for_update().get(pk=version.page_id)
    if by is not None and by.pk == version.author_id:
        raise PublishPageError(_("Somebody other than the author must publish this version."))
    if anchors(version.body_en) != anchors(version.body_de):
        raise PublishPageError(_("Both languages need the same anchors in the same order."))
    HousePageVersion.objects.filter(page=version.page_id, state=State.PUBLISHED).update(state=State.RETIRED)
    draft = HousePageVersion.objects.filter(pk=version_id, state=State.DRAFT)
    if draft.update(state=State.PUBLISHED, published_at=now, published_by=by) != 1:
        raise PublishPageError(_("Only a draft can be published."))
    version.refresh_from_db()
    return version


def _anchored(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """Takes `{#anchor}` out of each heading of the second level and makes it its id."""
    for token, content in pairwise(tokens):
        if token.type != "heading_open" or token.tag != "h2":
            continue
        found = ANCHOR.search(content.content)
        heading = ANCHOR.sub("", content.content)
        anchor = found[1] if found else slugify(heading)
        for inline in content.children or []:
            inline.content = ANCHOR.sub("", inline.content)
        token.attrSet("id", anchor)
        yield anchor, heading


def _tame(inline: Token) -> None:
    """A link leads where a reader expects, and gives nothing away."""
    if inline.type != "link_open":
        return
    if not str(inline.attrGet("href")).startswith(ALLOWED):
        inline.attrSet("href", "#")
    inline.attrSet("rel", "noopener nofollow noreferrer")

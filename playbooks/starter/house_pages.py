"""The starter's house pages and the names of its templates: read with exact errors, stored once."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from playbooks.content import Part
from playbooks.house import anchors, publish_page
from playbooks.models import HousePage, HousePageVersion, ResponseTemplate
from playbooks.placeholders import refuse_unknown
from playbooks.starter.folder import files_of, read_file
from playbooks.starter.scenarios import complete
from playbooks.tree import Text


@dataclass(frozen=True, slots=True)
class StarterPage:
    slug: str
    title: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Naming:
    """What a template is called, and its short text."""

    name: Text
    short: Text


def read_pages(folder: Path) -> list[StarterPage]:
    """Every file of `folder`/house; raises FileError."""
    return [read_file(path, page_of) for path in files_of(folder / "house")]


def read_namings(folder: Path) -> dict[str, Naming]:
    """Template → its names and short text, of texts.yaml; raises FileError."""
    return read_file(folder / "texts.yaml", namings_of)


def page_of(data: Any) -> StarterPage:
    parts = Part(data).fields("page", "title", "body", required=("page", "title", "body"))
    body = complete(parts["body"])
    if anchors(body.en) != anchors(body.de):
        raise parts["body"].fail(_("Both languages need the same anchors in the same order."))
    return StarterPage(parts["page"].slug(), complete(parts["title"]), body)


def namings_of(data: Any) -> dict[str, Naming]:
    return {slug: naming_of(part) for slug, part in Part(data).named().items()}


def naming_of(part: Part) -> Naming:
    fields = part.fields("name", "short", required=("name", "short"))
    short = complete(fields["short"])
    for text in (short.en, short.de):
        try:
            refuse_unknown(text)
        except ValidationError as error:
            raise fields["short"].fail(" ".join(error.messages)) from error
    return Naming(complete(fields["name"]), short)


def store_pages(pages: list[StarterPage], now: datetime) -> int:
    """Publishes the pages that are missing; returns how many."""
    known = set(HousePage.objects.values_list("slug", flat=True))
    new = [page for page in pages if page.slug not in known]
    for page in new:
        row = HousePage.objects.create(slug=page.slug, title_en=page.title.en, title_de=page.title.de)
        draft = HousePageVersion.objects.create(page=row, number=1, body_en=page.body.en, body_de=page.body.de)
        publish_page(draft.pk, by=None, now=now)
    return len(new)


def store_namings(namings: dict[str, Naming]) -> None:
    """Names templates that have no name yet; what somebody wrote stays."""
    for row in ResponseTemplate.objects.filter(slug__in=namings, name_en="", name_de=""):
        naming = namings[row.slug]
        row.name_en, row.name_de = naming.name.en, naming.name.de
        row.short_en, row.short_de = naming.short.en, naming.short.de
        row.save()

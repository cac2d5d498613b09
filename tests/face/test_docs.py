"""The manuals and README lead nowhere that is not there, say the same in both languages, and carry light pictures."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.text import slugify

from config.manuals import shelf

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/README.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
PICTURES = sorted(path for path in (ROOT / "docs" / "images").rglob("*") if path.is_file())
KILOBYTE = 1024


def text_of(document: Path) -> str:
    """Without the code in it."""
    return re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)


def links(document: Path) -> Iterator[str]:
    for inline, attribute in LINK.findall(text_of(document)):
        address = inline or attribute
        if not re.match(r"[a-z]+:", address):
            yield address


def anchors(document: Path) -> set[str]:
    return {slugify(heading) for _level, heading in HEADING.findall(text_of(document))}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_and_picture_is_there(document):
    for address in links(document):
        target, _hash, anchor = address.partition("#")
        found = document.parent / target if target else document
        assert found.exists(), f"{address} leads nowhere"
        assert not anchor or anchor in anchors(found), f"{address}: no such heading"


@pytest.mark.parametrize("slug", shelf.BY_LANGUAGE)
def test_both_languages_have_the_same_structure(slug):
    english, german = (text_of(ROOT / "docs" / language / f"{slug}.md") for language in ("en", "de"))
    assert shape(english) == shape(german)
    assert len(english.split()) < 1_100, "five minutes are about a thousand words"


def shape(text: str) -> list[str]:
    """The levels of headings, and where pictures, tables and numbered steps stand between them."""
    lines = [re.match(r"#+(?= )|!\[|\|---|\d+\.|- ", line) for line in text.splitlines()]
    return [line.group() for line in lines if line]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_picture_is_light_and_used(picture):
    assert picture.stat().st_size <= 150 * KILOBYTE
    assert any(picture.relative_to(ROOT / "docs" / "images").as_posix() in text_of(path) for path in DOCUMENTS)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_console_shows_every_manual_in_the_readers_language(client, sam, language):
    sam.language = language
    sam.save()
    client.force_login(sam)
    overview = client.get(reverse("help")).content.decode()
    for slug in shelf.SLUGS:
        address = reverse("help-manual", args=[slug])
        assert address in overview
        page = client.get(address).content.decode()
        assert shelf.read(slug, language).title in page
        for picture in re.findall(r'src="(/help/images/[^"]+)"', page):
            assert client.get(picture).headers["Content-Type"] == "image/webp"


@pytest.mark.django_db
def test_a_manual_links_to_the_others_in_the_console(client, ada):
    client.force_login(ada)
    page = client.get(reverse("help-manual", args=["admin"])).content.decode()
    assert f'href="{reverse("help-manual", args=["deploy"])}"' in page
    assert ".md" not in re.sub(r"<code>.*?</code>", "", page)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/help/nothing/", "/help/images/en/nothing.webp", "/help/images/en/..%2Fde%2Finbox.webp"]
)
def test_what_is_no_manual_is_not_there(client, sam, path):
    client.force_login(sam)
    assert client.get(path).status_code == 404

"""What we serve is what we vendored, no icon is missing or idle, and nothing in a page breaks the policy."""

import hashlib
import re
from gzip import compress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
VENDORED = [STATIC / "vendor", ROOT / "tests" / "browser" / "vendor"]
KILOBYTE = 1024


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def packed(*paths: Path) -> int:
    """The size in bytes as a browser gets them, each file by itself."""
    return sum(len(compress(path.read_bytes(), 9)) for path in paths)


@pytest.mark.parametrize("folder", VENDORED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_vendored_file_has_its_sum(folder):
    stated = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    del found["SHA256SUMS"]
    assert found == stated
    assert any("LICENSE" in name for name in found)


def test_every_icon_that_is_drawn_is_in_the_sprite_and_no_other():
    sprite = (STATIC / "vendor" / "icons.svg").read_text()
    drawn = {name for path in templates() for name in re.findall(r'\{% icon "([\w-]+)"', path.read_text())}
    assert set(re.findall(r'<symbol id="([\w-]+)"', sprite)) == drawn


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_a_template_holds_no_script_and_no_style(path):
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|\bhx-on|javascript:", text)


@pytest.mark.parametrize(
    "path", [path for path in templates() if path.name.startswith("_")], ids=lambda path: path.name
)
def test_a_partial_says_what_it_needs_and_stands_alone(path):
    text = path.read_text()
    assert re.match(r"(\{% load [\w ]+ %\})?\{# needs: ", text)
    assert "{% extends" not in text


def test_links_to_the_outside_give_nothing_away():
    for path in templates():
        for link in re.findall(r"<a [^>]*target=\"_blank\"[^>]*>", path.read_text()):
            if "{% url" not in link:
                assert "noopener nofollow noreferrer" in link, f"{path}: {link}"


SHARED = [STATIC / "css" / f"{name}.css" for name in ("tokens", "base", "layout", "controls", "components")]
OF_ONE_PAGE = [path for path in STATIC.glob("css/*.css") if path not in SHARED]
OF_ADMIN = {"admin.js", "editor.js", "rule_forms.js"}  # loaded in the administration only
SCRIPTS = [*(path for path in STATIC.glob("js/*.js") if path.name not in OF_ADMIN), STATIC / "vendor" / "htmx.min.js"]


def test_scripts_stay_within_their_budget():
    assert packed(*SCRIPTS) < 30 * KILOBYTE


@pytest.mark.parametrize("page", OF_ONE_PAGE, ids=lambda path: path.name)
def test_the_styles_of_a_page_stay_within_their_budget(page):
    assert packed(*SHARED, page) < 15 * KILOBYTE


def test_the_whole_first_load_stays_within_its_budget():
    pictures = [STATIC / "vendor" / "icons.svg", STATIC / "img" / "mark.svg"]
    font = (STATIC / "vendor" / "inter-latin.woff2").stat().st_size
    html = 12 * KILOBYTE
    assert font + html + packed(*SCRIPTS, *SHARED, *OF_ONE_PAGE, *pictures) < 150 * KILOBYTE

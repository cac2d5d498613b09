"""The mark answers where browsers and phones look for it, with the right type."""

import json
import struct

import pytest
from django.conf import settings
from django.test import Client

TYPES = {
    "/favicon.ico": "image/x-icon",
    "/apple-touch-icon.png": "image/png",
    "/leitstelle.webmanifest": "application/manifest+json",
}


def fetched(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] in (TYPES.get(path, "image/png"), "image/vnd.microsoft.icon")
    return b"".join(answer.streaming_content)


def size_of(png: bytes) -> str:
    assert png.startswith(b"\x89PNG")
    return "{}x{}".format(*struct.unpack(">II", png[16:24]))


@pytest.mark.parametrize("path", TYPES)
def test_a_visitor_gets_what_lies_at_the_root(path):
    assert fetched(path)


def test_the_icon_of_old_browsers_is_32_pixels_wide():
    icon = fetched("/favicon.ico")
    assert struct.unpack("<HHH", icon[:6]) == (0, 1, 1)
    assert size_of(icon[22:]) == "32x32"


def test_every_icon_of_the_manifest_is_there_in_its_size():
    manifest = json.loads(fetched("/leitstelle.webmanifest"))
    for icon in manifest["icons"]:
        assert size_of(fetched(icon["src"])) == icon["sizes"]
    assert size_of(fetched("/apple-touch-icon.png")) == "180x180"


def test_the_icon_of_the_tab_knows_dark_windows():
    icon = settings.BASE_DIR / "static" / "img" / "favicon.svg"
    assert "prefers-color-scheme: dark" in icon.read_text()


@pytest.mark.django_db
@pytest.mark.parametrize(("theme", "colours"), [("auto", 2), ("light", 1), ("dark", 1)])
def test_the_frame_of_the_browser_follows_the_chosen_theme(theme, colours):
    client = Client()
    client.cookies["theme"] = theme
    page = client.get("/accounts/login/").content.decode()
    assert page.count('name="theme-color"') == colours
    for link in ("/favicon.ico", "img/favicon.svg", "/apple-touch-icon.png", "/leitstelle.webmanifest"):
        assert link in page

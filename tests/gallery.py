"""The pictures of a run as one HTML page: every scene in its looks, with what axe and the browser said of each."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.template import Context, Engine

Look = tuple[tuple[int, int], str, str]  # (width, height), theme, language
PAGE = Path(__file__).with_name("gallery.html")


@dataclass(frozen=True)
class Picture:
    file: str
    scene: str
    address: str
    width: int
    height: int
    theme: str
    language: str
    faults: list[str] | None  # None: not looked at by axe, only taken


class Gallery:
    """Pictures in a folder; a picture taken again replaces itself, so that a part of the scenes can be run alone."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.list = folder / "pictures.json"
        known = json.loads(self.list.read_text()) if self.list.exists() else []
        self.pictures = {entry["file"]: Picture(**entry) for entry in known}

    def add(self, scene: str, look: Look | None, address: str, faults: list[str] | None) -> Path:
        """Where to put the picture of a scene; without a look it is one moment of a story, at a desk in English."""
        (width, height), theme, language = look or ((1440, 900), "light", "en")
        file = f"{scene}-{width}-{theme}-{language}.png" if look else f"{scene}.png"
        self.pictures[file] = Picture(file, scene, address, width, height, theme, language, faults)
        return self.folder / file

    def write(self) -> None:
        taken = [picture for picture in self.pictures.values() if (self.folder / picture.file).exists()]
        self.list.write_text(json.dumps([asdict(picture) for picture in taken], indent=1))
        (self.folder / "index.html").write_text(page_of(taken), encoding="utf-8")


def page_of(pictures: Iterable[Picture]) -> str:
    scenes: dict[str, list[Picture]] = {}
    for picture in pictures:
        scenes.setdefault(picture.scene, []).append(picture)
    everything = [picture for group in scenes.values() for picture in group]
    context = {
        "scenes": [(name, sorted(group, key=order)) for name, group in sorted(scenes.items())],
        "count": len(everything),
        "faulty": sum(bool(picture.faults) for picture in everything),
        "unchecked": sum(picture.faults is None for picture in everything),
        "filters": {
            "size": sorted({picture.width for picture in everything}, reverse=True),
            "theme": sorted({picture.theme for picture in everything}, reverse=True),
            "language": sorted({picture.language for picture in everything}, reverse=True),
        },
    }
    return Engine().from_string(PAGE.read_text(encoding="utf-8")).render(Context(context))


def order(picture: Picture) -> tuple[int, bool, str, str]:
    return -picture.width, picture.theme in ("forced", "large"), picture.language, picture.theme

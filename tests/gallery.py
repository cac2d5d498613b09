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
    """Pictures in a folder, each with its verdict in a file beside it.

    So several processes may add to it, and a picture taken again replaces only itself.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.verdicts = folder / "verdicts"
        self.verdicts.mkdir(parents=True, exist_ok=True)

    def add(self, scene: str, look: Look | None, address: str, faults: list[str] | None) -> Path:
        """Where to put the picture of a scene; without a look it is one moment of a story, at a desk in English."""
        (width, height), theme, language = look or ((1440, 900), "light", "en")
        file = f"{scene}-{width}-{theme}-{language}.png" if look else f"{scene}.png"
        picture = Picture(file, scene, address, width, height, theme, language, faults)
        (self.verdicts / f"{file}.json").write_text(json.dumps(asdict(picture)))
        return self.folder / file

    def write(self) -> None:
        known = [Picture(**json.loads(verdict.read_text())) for verdict in sorted(self.verdicts.iterdir())]
        taken = [picture for picture in known if (self.folder / picture.file).exists()]
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

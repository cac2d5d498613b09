"""Keeps the German catalogues, one per app, complete: `python -m config.catalogues extract|check|compile`.

Babel reads Python, Django's own `templatize` reads templates, so that neither GNU gettext nor Node is needed.
English is the language of the msgids and needs no catalogue. An app's catalogue holds its Python files and
`templates/<app>/`; the top-level `locale/` holds config/ and the templates that all apps share.
"""

import argparse
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation import TranslatorCommentWarning
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "de"
APPS = ("accounts", "crisis", "monitoring", "playbooks", "plumbing", "reports", "triage")
SHARED = "shared"
NAMES = (*APPS, SHARED)
TEMPLATE_SUFFIXES = {".html", ".txt", ".svg", ".xml"}
# Folders of templates whose name is not their app's, because a package of others chose it.
FOREIGN_FOLDERS = {
    "account": "accounts",
    "allauth": "accounts",
    "mfa": "accounts",
    "socialaccount": "accounts",
    "usersessions": "accounts",
}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!%)%[a-z]|\{\w*\}")
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Leitstelle\\n"
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


@dataclass(frozen=True)
class Fault:
    """One sentence about one message of one catalogue."""

    name: str
    message: str
    reason: str

    def __str__(self) -> str:
        return f"{path_of(self.name).relative_to(ROOT)}: {self.reason}: {self.message!r}"


def path_of(name: str) -> Path:
    folder = ROOT if name == SHARED else ROOT / name
    return folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def fill(name: str) -> bool:
    """Brings the catalogue's msgids up to date, keeps its translations; True if the file changed."""
    path, old = path_of(name), stored(name)
    wanted = used(name)
    for message in wanted:
        known = old.get(message.id, message.context) if message.id else None
        if known is not None:
            message.string = known.string
    if not len(wanted) and not path.exists():
        return False
    text = HEADER + as_text(wanted)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def faults(names: Sequence[str] = NAMES) -> list[Fault]:
    """Everything that keeps these catalogues from being complete and consistent."""
    found = [fault for name in names for fault in catalogue_faults(name)]
    return found + contradictions(names)


def compile_catalogue(name: str) -> bool:
    """Writes the .mo beside the .po unless it is the younger of the two already."""
    source = path_of(name)
    target = source.with_suffix(".mo")
    if not source.exists():
        return False
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    compiled = BytesIO()
    write_mo(compiled, stored(name))
    unfinished = target.with_suffix(".tmp")
    unfinished.write_bytes(compiled.getvalue())
    unfinished.replace(target)
    return True


def used(name: str) -> Catalog:
    """The messages that the code and the templates of one catalogue use today."""
    catalogue = Catalog(locale=LANGUAGE)
    for path in sorted(sources(name)):
        place = path.relative_to(ROOT).as_posix()
        for line, ids, notes, context in messages_in(path):
            catalogue.add(ids, locations=[(place, line)], auto_comments=notes, context=context)
    return catalogue


def stored(name: str) -> Catalog:
    path = path_of(name)
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def sources(name: str) -> Iterator[Path]:
    package = "config" if name == SHARED else name
    for path in (ROOT / package).rglob("*.py"):
        if "migrations" not in path.parts:
            yield path
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in TEMPLATE_SUFFIXES and owner_of(path) == name:
            yield path


def owner_of(template: Path) -> str:
    folder = template.relative_to(ROOT / "templates").parts[0]
    folder = FOREIGN_FOLDERS.get(folder, folder)
    return folder if folder in APPS else SHARED


def messages_in(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        with warnings.catch_warnings():
            warnings.simplefilter("error", TranslatorCommentWarning)
            text = templatize(text, origin=str(path))
        # What is left of the markup are words without meaning; their indentation would be a syntax error.
        text = "\n".join(line.lstrip() for line in text.split("\n"))
    yield from extract("python", BytesIO(text.encode()), KEYWORDS, ("Translators",), strip_comment_tags=False)


def as_text(catalogue: Catalog) -> str:
    written = BytesIO()
    write_po(written, catalogue, width=110, omit_header=True, include_lineno=False, ignore_obsolete=True)
    return written.getvalue().decode()


def catalogue_faults(name: str) -> Iterator[Fault]:
    wanted, old = used(name), stored(name)
    for message in wanted:
        if not message.id:
            continue
        known = old.get(message.id, message.context)
        if known is None or not all(strings(known)):
            yield Fault(name, first(message), "German is missing")
        else:
            yield from text_faults(name, known)
    for message in old:
        if message.id and message.fuzzy:
            yield Fault(name, first(message), "marked fuzzy")
        if message.id and wanted.get(message.id, message.context) is None:
            yield Fault(name, first(message), "no longer used")
    for message in old.obsolete.values():
        yield Fault(name, first(message), "no longer used")


def text_faults(name: str, message: Message) -> Iterator[Fault]:
    ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    texts = strings(message)
    if len(ids) != 1 and len(texts) != 2:
        yield Fault(name, first(message), "needs a German singular and plural")
        return
    allowed = set().union(*(PLACEHOLDER.findall(text) for text in ids))
    if set(PLACEHOLDER.findall(texts[-1])) != set(PLACEHOLDER.findall(ids[-1])):
        yield Fault(name, first(message), "placeholders differ")
    elif not allowed.issuperset(PLACEHOLDER.findall(texts[0])):
        yield Fault(name, first(message), "unknown placeholder in the singular")
    if any(text.endswith("\n") != ids[0].endswith("\n") for text in texts):
        yield Fault(name, first(message), "line end at the end differs")


def contradictions(names: Sequence[str]) -> list[Fault]:
    """Django merges all catalogues into one: a msgid with two translations would show either, by chance."""
    seen: dict[tuple[str, str | None], tuple[str, ...]] = {}
    found = []
    for name in names:
        for message in stored(name):
            if not message.id or not all(strings(message)):
                continue
            key = (first(message), message.context)
            if seen.setdefault(key, strings(message)) != strings(message):
                found.append(Fault(name, first(message), f"another app says {seen[key][0]!r}"))
    return found


def first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.catalogues", description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=["extract", "check", "compile"])
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="APP", help="default: all")
    options = parser.parse_args(arguments)
    names = options.names or NAMES
    if options.command == "check":
        found = faults(names)
        print("\n".join(map(str, found)) or "German is complete.")
        return 1 if found else 0
    act = fill if options.command == "extract" else compile_catalogue
    for name in names:
        if act(name):
            print(path_of(name).relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())

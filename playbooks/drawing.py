"""A tree's picture in the reader's language, wide and tall, as `templates/playbooks/_picture.html` draws it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext, ngettext

from playbooks.branches import AGAIN, ELSEWHERE, LOST
from playbooks.decision_tree import CONFIRMED
from playbooks.durations import in_short
from playbooks.models import Disposition, Playbook, Urgency
from playbooks.path import Path
from playbooks.picture import TALL, WIDE, Box, Format, Picture, Words, picture
from playbooks.tree import Tree

ICONS = {
    "question": "circle-help",
    "risk": "triangle-alert",
    "task": "check",
    "respond": "reply",
    "ignore": "ban",
    "escalate": "siren",
    AGAIN: "undo-2",
    ELSEWHERE: "external-link",
    LOST: "circle-x",
}
Href = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class BoxShown:
    """A box, its icon, and where it leads; no `href`: nowhere."""

    box: Box
    icon: str
    href: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One of the two drawings; `columns` decides how much room the wide one needs."""

    name: str
    picture: Picture
    boxes: tuple[BoxShown, ...]
    columns: int


@dataclass(frozen=True, slots=True)
class Drawing:
    name: str
    title: str
    description: str
    sheets: tuple[Sheet, ...]


def in_outline(slug: str) -> str:
    return f"#outline-{slug}"


def drawing(
    tree: Tree,
    *,
    name: str = "picture",
    href: Href = in_outline,
    marks: Mapping[str, str] | None = None,
    walked: Mapping[str, str | None] | None = None,
) -> Drawing:
    """`name` is the beginning of its ids, `href` the address behind a question or an outcome, by short name."""
    language = get_language() or "en"
    titles = {playbook.slug: str(playbook) for playbook in Playbook.objects.all()}
    words = Words(language, kind_words(), titles, urgency_words(), marks or {})
    return Drawing(
        name=name,
        title=gettext("Picture of “%(title)s”") % {"title": tree.title.in_language(language) or tree.slug},
        description=" ".join(_description(tree)),
        sheets=tuple(_sheet(tree, words, format, href, walked) for format in (WIDE, TALL)),
    )


def kind_words() -> dict[str, str]:
    return {
        "question": gettext("Question"),
        "risk": gettext("Risk question"),
        "task": gettext("Task"),
        AGAIN: gettext("On with %(number)s"),
        ELSEWHERE: gettext("Another playbook"),
        LOST: gettext("Leads nowhere"),
        **{value: str(label) for value, label in Disposition.choices},
    }


def urgency_words() -> dict[str, str]:
    rows = Urgency.objects.values_list("slug", "within")
    return {slug: gettext("within %(time)s") % {"time": in_short(within)} for slug, within in rows}


def walked_drawings(path: Path, trees: Mapping[str, Tree]) -> list[Drawing]:
    """The trees that a path entered, each with the way it took; without links."""
    return [
        drawing(trees[slug], name=f"picture-{slug}", href=lambda _slug: "", walked=_way(path, slug))
        for slug in path.versions
        if slug in trees
    ]


def _way(path: Path, slug: str) -> dict[str, str | None]:
    """What `picture` takes as walked; a risk question that was passed counts as answered “no”."""
    way = {
        step.node: CONFIRMED if step.key in path.to_confirm else step.answer
        for step in path.steps
        if step.playbook == slug
    }
    return way | ({path.leaf.outcome: None} if path.leaf and path.leaf.playbook == slug else {})


def _description(tree: Tree) -> Iterator[str]:
    questions, outcomes = len(tree.nodes), len(tree.outcomes)
    yield ngettext("%(count)s question,", "%(count)s questions,", questions) % {"count": questions}
    yield ngettext("%(count)s outcome.", "%(count)s outcomes.", outcomes) % {"count": outcomes}
    yield gettext("The text beside it says the same.")


def _sheet(tree: Tree, words: Words, format: Format, href: Href, walked: Mapping[str, str | None] | None) -> Sheet:
    drawn = picture(tree, words, format, walked)
    boxes = tuple(BoxShown(box, ICONS[box.kind], _href(box, href)) for box in drawn.boxes)
    columns = 1 + round((max((box.x for box in drawn.boxes), default=1) - 1) / format.step)
    return Sheet("wide" if format.beside else "tall", drawn, boxes, min(columns, 5))


def _href(box: Box, href: Href) -> str:
    return "" if box.kind in (LOST, ELSEWHERE) else href(box.to)

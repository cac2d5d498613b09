"""What differs between two versions, in words and as marks for the picture."""

from collections.abc import Iterator, Mapping

from django.utils.translation import get_language, gettext

from playbooks.tree import Node, Outcome, Tree


def changes_in_words(old: Tree | None, new: Tree) -> tuple[str, ...]:
    """One sentence for every question and outcome that is new, gone or changed; none for a first version."""
    return tuple(_changes(old, new)) if old else ()


def changed_marks(old: Tree | None, new: Tree) -> dict[str, str]:
    """Short names of the questions and outcomes that `old` lacks or says otherwise → the word beside them."""
    if old is None:
        return {}
    before, words = _parts(old), {True: gettext("changed"), False: gettext("new")}
    return {slug: words[slug in before] for slug, part in _parts(new).items() if before.get(slug) != part}


def _changes(old: Tree, new: Tree) -> Iterator[str]:
    before, after = _parts(old), _parts(new)
    for slug, part in after.items():
        if slug not in before:
            yield gettext("New: “%(text)s”") % {"text": _said(part)}
        elif before[slug] != part:
            yield gettext("Changed: “%(text)s”") % {"text": _said(part)}
    for slug in before.keys() - after.keys():
        yield gettext("Gone: “%(text)s”") % {"text": _said(before[slug])}


def _parts(tree: Tree) -> Mapping[str, Node | Outcome]:
    return {**tree.nodes, **tree.outcomes}


def _said(part: Node | Outcome) -> str:
    text = part.question if isinstance(part, Node) else part.text
    return text.in_language(get_language() or "en") or part.slug

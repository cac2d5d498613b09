"""What differs between two versions, in words and as marks for the picture."""

from django.utils.translation import gettext

from playbooks.change_words import change_in_words
from playbooks.differences import ADDED, differences, marks
from playbooks.targets import role_names
from playbooks.tree import Tree


def changes_in_words(old: Tree | None, new: Tree) -> tuple[str, ...]:
    """One sentence for each difference; none for a first version."""
    if old is None:
        return ()
    names = role_names()
    return tuple(change_in_words(change, old, new, names) for change in differences(old, new))


def changed_marks(old: Tree | None, new: Tree) -> dict[str, str]:
    """Short names of the questions and outcomes that `old` lacks or says otherwise → the word beside them."""
    if old is None:
        return {}
    found = marks(differences(old, new))
    return {slug: gettext("new") if mark == ADDED else gettext("changed") for slug, mark in found.items()}

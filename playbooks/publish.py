"""Puts a draft into force: one transaction in which the version before it retires and this one is frozen."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from playbooks.check import Agreed, problems
from playbooks.current import published_trees
from playbooks.models import Playbook, PlaybookVersion, ResponseTemplate, Urgency
from playbooks.path import Problem
from playbooks.tree import Tree
from playbooks.tree_schema import tree_as_text, tree_from_text

State = PlaybookVersion.State


class PublishError(ValueError):
    """Why a version must not go live; `problems` are those of its tree."""

    def __init__(self, reason: str, found: tuple[Problem, ...] = ()) -> None:
        self.problems = found
        super().__init__(reason)


def draft_version(playbook: Playbook, tree: Tree, *, author: User | None = None, note: str = "") -> PlaybookVersion:
    """A new draft with the next number of its playbook."""
    newest = playbook.versions.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    content = tree_as_text(replace(tree, slug=playbook.slug, version=number))
    return PlaybookVersion.objects.create(
        playbook=playbook, number=number, content=content, author=author, change_note=note
    )


@transaction.atomic
def publish_version(version: PlaybookVersion, *, by: User | None, now: datetime) -> PlaybookVersion:
    """Freezes the draft and retires what was in force. `by` is not the author; None is the first start.

    Raises PublishError when the tree has problems, when it is no draft, or when author and publisher are the same.
    """
    playbook = Playbook.objects.select_for_update().get(pk=version.playbook_id)
    version = PlaybookVersion.objects.get(pk=version.pk)
    if by is not None and by.pk == version.author_id:
        raise PublishError(_("Somebody other than the author must publish this version."))
    refuse_problems(playbook, version)
    playbook.versions.filter(state=State.PUBLISHED).update(state=State.RETIRED)
    changed = playbook.versions.filter(pk=version.pk, state=State.DRAFT).update(
        state=State.PUBLISHED, sha256=content_hash(version.content), published_at=now, published_by=by
    )
    if changed != 1:
        raise PublishError(_("Only a draft can be published."))
    version.refresh_from_db()
    return version


def refuse_problems(playbook: Playbook, version: PlaybookVersion) -> None:
    """Raises PublishError if the tree, beside what else is published, has problems."""
    tree = tree_from_text(version.content)
    if (tree.slug, tree.version) != (playbook.slug, version.number):
        raise PublishError(_("The content names another playbook or version."))
    trees: Mapping[str, Tree] = {**published_trees(), tree.slug: tree}
    found = problems(trees, tree.slug, what_is_agreed())
    if found:
        raise PublishError(_("The tree has problems."), found)


def what_is_agreed() -> Agreed:
    """The short names that a tree may use today."""
    return Agreed(
        roles=frozenset(Role.objects.values_list("slug", flat=True)),
        urgencies=frozenset(Urgency.objects.values_list("slug", flat=True)),
        templates=frozenset(ResponseTemplate.objects.values_list("slug", flat=True)),
    )


def content_hash(content: str) -> str:
    return sha256(content.encode()).hexdigest()

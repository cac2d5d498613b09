"""Drafts of a playbook: begun from what is in force, changed without losing what somebody else wrote meanwhile."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from playbooks.approvers import dismiss_approvers
from playbooks.models import FrozenVersionError, Playbook, PlaybookVersion
from playbooks.tree import Text, Tree
from playbooks.tree_schema import tree_as_text, tree_from_text

State = PlaybookVersion.State
FIRST_QUESTION = "first"


class StaleDraftError(ValueError):
    """Somebody else changed the draft meanwhile; `by` and `at` say who and when, `stored` is what stands there now."""

    def __init__(self, stored: PlaybookVersion) -> None:
        self.stored = stored
        self.by: User | None = stored.author
        self.at: datetime | None = stored.changed_at
        words = {"person": stored.author or _("Somebody"), "version": stored}
        super().__init__(_("%(person)s changed %(version)s while you were at it. Nothing was stored.") % words)


def start_draft(
    playbook: Playbook, *, by: User | None, note: str = "", like: PlaybookVersion | None = None
) -> PlaybookVersion:
    """A new draft that says what is in force, or what another version said (`like`); empty in a new playbook."""
    like = like or playbook.versions.filter(state=State.PUBLISHED).first()
    tree = tree_from_text(like.content) if like else _empty_tree(playbook)
    return draft_version(playbook, tree, author=by, note=note)


@transaction.atomic
def draft_version(playbook: Playbook, tree: Tree, *, author: User | None = None, note: str = "") -> PlaybookVersion:
    """A new draft of this tree, with the next number of its playbook."""
    playbook = Playbook.objects.select_for_update().get(pk=playbook.pk)
    newest = playbook.versions.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    content = _content(playbook, number, tree)
    return PlaybookVersion.objects.create(
        playbook=playbook, number=number, content=content, sha256=content_hash(content), author=author, change_note=note
    )


@transaction.atomic
def replace_content(version: PlaybookVersion, tree: Tree, *, by: User, seen: str | None = None) -> PlaybookVersion:
    """The draft says `tree` from now on, in the words of `by`; a request to publish it is void, unless nothing changed.

    `seen`: the SHA-256 of the content that the change started from, else that of `version` as it was read. Raises
    StaleDraftError when another content stands there by now, FrozenVersionError when it is no draft any more.
    """
    stored = PlaybookVersion.objects.select_for_update(of=("self",)).select_related("playbook", "author")
    draft = stored.get(pk=version.pk)
    if draft.state != State.DRAFT:
        raise FrozenVersionError(_("A published version never changes; make a new one."))
    if draft.sha256 != (seen or version.sha256):
        raise StaleDraftError(draft)
    content = _content(draft.playbook, draft.number, tree)
    if content == draft.content:
        return draft
    draft.content, draft.sha256 = content, content_hash(content)
    draft.author, draft.changed_at = by, Now()
    void_asking(draft)
    draft.save()
    draft.refresh_from_db()
    return draft


def void_asking(draft: PlaybookVersion) -> None:
    """Nobody asks for it any more, nobody needs to look; the caller saves the draft."""
    dismiss_approvers(draft)
    draft.asked_by, draft.asked_at, draft.asked_sha256, draft.asked_against = None, None, "", None


def content_hash(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def _content(playbook: Playbook, number: int, tree: Tree) -> str:
    """Raises ContentError for what could not be read again."""
    content = tree_as_text(replace(tree, slug=playbook.slug, version=number))
    tree_from_text(content)
    return content


def _empty_tree(playbook: Playbook) -> Tree:
    """Nothing is asked yet: the check names what is missing."""
    return Tree(playbook.slug, 1, Text(playbook.title_en, playbook.title_de), FIRST_QUESTION, {}, {})

"""Two people put a draft into force: one asks for exactly this wording, another publishes it.

Publishing is one transaction in which the version before it retires and this one is frozen, by the database too.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from monitoring.models import WordList
from playbooks.approvers import RIGHT, call_approvers, dismiss_approvers, tell_it_came_back, tell_writers
from playbooks.check import Agreed, problems
from playbooks.current import published_trees
from playbooks.drafts import void_asking
from playbooks.models import Playbook, PlaybookVersion, ResponseTemplate, Urgency
from playbooks.path import Problem
from playbooks.tree import Tree
from playbooks.tree_schema import tree_from_text
from playbooks.vocabulary import WORD_LISTS

State = PlaybookVersion.State


class PublishError(ValueError):
    """Why a version must not go live; `problems` are those of its tree."""

    def __init__(self, reason: str, found: tuple[Problem, ...] = ()) -> None:
        self.problems = found
        super().__init__(reason)


@transaction.atomic
def ask_for_publish(version: PlaybookVersion, *, by: User, now: datetime) -> PlaybookVersion:
    """Asks for exactly what the draft says now; everyone who may publish it hears of it.

    Raises PublishError when it is no draft, when nobody wrote what changed, or when the tree has problems.
    """
    playbook, draft = _locked(version)
    _refuse_unless_draft(draft)
    if not draft.change_note.strip():
        raise PublishError(_("Say what changes and why before you ask for it."))
    _refuse_problems(playbook, draft)
    dismiss_approvers(draft)
    draft.asked_by, draft.asked_at, draft.asked_sha256 = by, now, draft.sha256
    draft.asked_against = _in_force(playbook)
    draft.save()
    call_approvers(draft)
    return draft


@transaction.atomic
def take_back(version: PlaybookVersion, *, by: User) -> PlaybookVersion:
    """Nobody asks for it any more: it is a plain draft again. Who had asked hears it if somebody else did this."""
    _playbook, draft = _locked(version)
    _refuse_unless_draft(draft)
    if draft.asked_by:
        tell_it_came_back(draft, by)
        void_asking(draft)
        draft.save()
    return draft


@transaction.atomic
def publish_version(version: PlaybookVersion, *, by: User | None, now: datetime) -> PlaybookVersion:
    """Freezes the draft and retires what was in force. `by` neither wrote nor asked for it; None is the first start.

    Raises PublishError when it is no draft, when `by` may not, when nobody asked for exactly this wording, when another
    version went live since, or when the tree has problems.
    """
    playbook, draft = _locked(version)
    _refuse_unless_draft(draft)
    _refuse_one_person(draft, by)
    if by is not None:
        _refuse_unless_asked_for(playbook, draft)
    tree = _refuse_problems(playbook, draft)
    playbook.versions.filter(state=State.PUBLISHED).update(state=State.RETIRED)
    draft.state, draft.published_at, draft.published_by = State.PUBLISHED, now, by
    draft.save()
    draft.playbook.title_en, draft.playbook.title_de = tree.title.en, tree.title.de
    draft.playbook.save()
    if by is not None:
        dismiss_approvers(draft)
        tell_writers(draft, by)
    return draft


def problems_of(version: PlaybookVersion) -> tuple[Problem, ...]:
    """Everything wrong with the tree of a version, beside what else is published and agreed today."""
    tree = tree_from_text(version.content)
    trees: Mapping[str, Tree] = {**published_trees(), tree.slug: tree}
    return problems(trees, tree.slug, what_is_agreed())


def what_is_agreed() -> Agreed:
    """The short names that a tree may use today."""
    return Agreed(
        roles=frozenset(Role.objects.values_list("slug", flat=True)),
        urgencies=frozenset(Urgency.objects.values_list("slug", flat=True)),
        templates=frozenset(ResponseTemplate.objects.values_list("slug", flat=True)),
        word_lists=frozenset({*WORD_LISTS, *WordList.objects.order_by().values_list("slug", flat=True)}),
    )


def _locked(version: PlaybookVersion) -> tuple[Playbook, PlaybookVersion]:
    """Both as they are now; whoever else publishes a version of this playbook waits."""
    playbook = Playbook.objects.select_for_update().get(pk=version.playbook_id)
    rows = PlaybookVersion.objects.select_for_update(of=("self",)).select_related("playbook", "author", "asked_by")
    return playbook, rows.get(pk=version.pk)


def _refuse_unless_draft(version: PlaybookVersion) -> None:
    if version.state != State.DRAFT:
        raise PublishError(_("Only a draft can be published."))


def _refuse_one_person(version: PlaybookVersion, by: User | None) -> None:
    if by is None and version.author_id is not None:
        raise PublishError(_("What one person wrote is published by another person."))
    if by is not None and by.pk in (version.author_id, version.asked_by_id):
        raise PublishError(_("Somebody other than the author must publish this version."))
    if by is not None and not by.has_perm(RIGHT):
        raise PublishError(_("Only an administrator or a PR lead may publish a version."))


def _refuse_unless_asked_for(playbook: Playbook, version: PlaybookVersion) -> None:
    if not version.is_asked_for:
        raise PublishError(_("Nobody has asked for exactly this wording to be published."))
    if version.asked_against != _in_force(playbook):
        raise PublishError(
            _("Another version went live since this one was asked for. Look at the differences and ask again.")
        )


def _refuse_problems(playbook: Playbook, version: PlaybookVersion) -> Tree:
    tree = tree_from_text(version.content)
    if (tree.slug, tree.version) != (playbook.slug, version.number):
        raise PublishError(_("The content names another playbook or version."))
    found = problems_of(version)
    if found:
        raise PublishError(_("The tree has problems."), found)
    return tree


def _in_force(playbook: Playbook) -> PlaybookVersion | None:
    return playbook.versions.filter(state=State.PUBLISHED).first()

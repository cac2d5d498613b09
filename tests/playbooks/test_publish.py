"""Publishing freezes a version, for the code and for the database."""

from dataclasses import replace
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction

from playbooks.current import published_trees, trees_of
from playbooks.models import FrozenVersionError, Playbook, PlaybookVersion
from playbooks.publish import PublishError, draft_version, publish_version
from playbooks.starter.load import load_starter
from playbooks.tree import Text
from playbooks.tree_schema import tree_from_text
from tests.make import NOON

State = PlaybookVersion.State


@pytest.fixture
def playbook(db) -> Playbook:
    load_starter(NOON)
    return Playbook.objects.get(slug="scenario-map")


def draft_with_title(playbook: Playbook, title: str, author=None) -> PlaybookVersion:
    tree = published_trees()[playbook.slug]
    return draft_version(playbook, replace(tree, title=Text(title, title)), author=author)


def test_a_published_version_replaces_the_one_before(playbook, ada, pedro):
    old = playbook.versions.get()

    new = publish_version(draft_with_title(playbook, "New", ada), by=pedro, now=NOON)

    old.refresh_from_db()
    assert (old.state, new.state, new.number) == (State.RETIRED, State.PUBLISHED, 2)
    assert (new.published_by, new.published_at, new.author) == (pedro, NOON, ada)
    assert new.sha256 == sha256(new.content.encode()).hexdigest()
    assert published_trees()["scenario-map"].title.en == "New"
    assert published_trees()["scenario-map"].version == 2


def test_an_old_decision_finds_its_exact_version(playbook):
    old = playbook.versions.get()
    publish_version(draft_with_title(playbook, "New"), by=None, now=NOON)

    tree = trees_of({"scenario-map": old.pk})["scenario-map"]

    assert (tree.version, tree.title.en) == (1, "Scenario map")
    assert tree == tree_from_text(old.content)


def test_the_author_cannot_publish(playbook, ada):
    draft = draft_with_title(playbook, "New", ada)

    with pytest.raises(PublishError, match="other than the author"):
        publish_version(draft, by=ada, now=NOON)
    with pytest.raises(IntegrityError, match="publisher_is_not_the_author"), transaction.atomic():
        PlaybookVersion.objects.filter(pk=draft.pk).update(published_by=ada)


def test_a_tree_with_problems_is_not_published(playbook):
    tree = replace(published_trees()["scenario-map"], start="gone")
    draft = draft_version(playbook, tree)

    with pytest.raises(PublishError) as error:
        publish_version(draft, by=None, now=NOON)

    assert ("dead_end", "gone") in {(problem.code, problem.detail) for problem in error.value.problems}
    assert playbook.versions.get(state=State.PUBLISHED).number == 1


def test_a_version_is_published_once(playbook):
    with pytest.raises(PublishError, match="Only a draft"):
        publish_version(playbook.versions.get(), by=None, now=NOON)


def test_content_that_names_another_playbook_is_refused(playbook):
    draft = draft_with_title(playbook, "New")
    draft.content = draft.content.replace('"scenario-map"', '"other-map"', 1)
    draft.save()

    with pytest.raises(PublishError, match="another playbook"):
        publish_version(draft, by=None, now=NOON)


def test_a_draft_can_be_changed_and_deleted(playbook):
    draft = draft_with_title(playbook, "New")

    draft.change_note = "Clearer question"
    draft.save()
    draft.delete()

    assert playbook.versions.count() == 1


@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETIRED])
def test_a_frozen_version_refuses_to_be_saved_or_deleted(playbook, state):
    version = playbook.versions.get()
    playbook.versions.update(state=state)

    with pytest.raises(FrozenVersionError):
        version.save()
    with pytest.raises(FrozenVersionError):
        version.delete()


@pytest.mark.parametrize(
    "change",
    [
        {"content": "{}"},
        {"number": 7},
        {"sha256": "0" * 64},
        {"state": State.DRAFT},
        {"change_note": "It always said so."},
        {"published_at": None},
    ],
)
@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETIRED])
def test_the_database_itself_refuses_to_change_a_frozen_version(playbook, state, change):
    playbook.versions.update(state=state)

    with pytest.raises(IntegrityError, match="was published and never changes"), transaction.atomic():
        playbook.versions.update(**change)


@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETIRED])
def test_the_database_itself_refuses_to_delete_a_frozen_version(playbook, state):
    playbook.versions.update(state=state)

    with (
        pytest.raises(IntegrityError, match="was published and is never deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM playbooks_playbookversion")


def test_a_retired_version_does_not_come_back(playbook):
    playbook.versions.update(state=State.RETIRED)

    with pytest.raises(IntegrityError), transaction.atomic():
        playbook.versions.update(state=State.PUBLISHED)


def test_the_database_itself_checks_the_hash(playbook):
    draft = draft_with_title(playbook, "New")
    playbook.versions.filter(state=State.PUBLISHED).update(state=State.RETIRED)

    with pytest.raises(IntegrityError, match="SHA-256"), transaction.atomic():
        PlaybookVersion.objects.filter(pk=draft.pk).update(state=State.PUBLISHED, sha256="0" * 64)

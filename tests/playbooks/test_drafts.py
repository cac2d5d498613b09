"""A draft begins with what is in force, and nobody's work on it is overwritten unseen."""

from dataclasses import replace

import pytest

from playbooks.current import published_trees
from playbooks.drafts import StaleDraftError, draft_version, replace_content, start_draft
from playbooks.models import FrozenVersionError, Playbook
from playbooks.publish import ask_for_publish, problems_of, publish_version
from playbooks.starter.load import load_starter
from playbooks.tree import Text, Tree
from playbooks.tree_schema import tree_from_text
from tests.make import NOON


@pytest.fixture
def playbook(db) -> Playbook:
    load_starter(NOON)
    return Playbook.objects.get(slug="scenario-map")


def titled(tree: Tree, title: str) -> Tree:
    return replace(tree, title=Text(title, title))


def test_a_draft_begins_with_what_is_in_force(playbook, ada):
    in_force = published_trees()["scenario-map"]

    draft = start_draft(playbook, by=ada, note="Ask about shops first.")

    assert (draft.number, draft.state, draft.author, draft.change_note) == (2, "draft", ada, "Ask about shops first.")
    assert tree_from_text(draft.content) == replace(in_force, version=2)
    assert start_draft(playbook, by=ada).number == 3


def test_an_old_version_can_be_taken_up_again(playbook, ada):
    first = playbook.versions.get()
    publish_version(draft_version(playbook, titled(published_trees()["scenario-map"], "Newer")), by=None, now=NOON)

    draft = start_draft(playbook, by=ada, like=first)

    assert tree_from_text(draft.content) == replace(tree_from_text(first.content), version=3)


def test_a_new_playbook_begins_empty_and_the_check_says_what_is_missing(db, ada):
    playbook = Playbook.objects.create(slug="shops", title_en="Shops", title_de="Läden")

    draft = start_draft(playbook, by=ada)

    assert tree_from_text(draft.content).title == Text("Shops", "Läden")
    assert [problem.code for problem in problems_of(draft)] == ["dead_end"]


def test_who_changed_a_draft_last_is_its_author(playbook, ada, pedro):
    draft = start_draft(playbook, by=ada)

    changed = replace_content(draft, titled(published_trees()["scenario-map"], "Mine"), by=pedro)

    assert (changed.author, tree_from_text(changed.content).title.en) == (pedro, "Mine")
    assert changed.sha256 != draft.sha256
    assert changed.changed_at


def test_an_editor_who_comes_late_hears_who_was_faster_and_overwrites_nothing(playbook, ada, pedro):
    draft = start_draft(playbook, by=ada)
    tree = published_trees()["scenario-map"]
    replace_content(draft, titled(tree, "First"), by=pedro)

    with pytest.raises(StaleDraftError, match=r"pedro changed Scenario map v2 while you were at it") as error:
        replace_content(draft, titled(tree, "Second"), by=ada)

    assert (error.value.by, error.value.at is not None) == (pedro, True)
    assert tree_from_text(error.value.stored.content).title.en == "First"
    assert tree_from_text(playbook.versions.get(number=2).content).title.en == "First"


def test_a_form_opened_earlier_names_what_it_saw(playbook, ada, pedro):
    draft = start_draft(playbook, by=ada)
    tree = published_trees()["scenario-map"]
    replace_content(draft, titled(tree, "First"), by=pedro)
    draft.refresh_from_db()

    with pytest.raises(StaleDraftError):
        replace_content(draft, titled(tree, "Second"), by=ada, seen=playbook.versions.get(number=1).sha256)
    assert replace_content(draft, titled(tree, "Second"), by=ada, seen=draft.sha256).author == ada


def test_saving_what_stands_there_already_changes_nothing(playbook, ada, pedro):
    asked = ask_for_publish(
        draft_version(playbook, published_trees()["scenario-map"], author=ada, note="As it was."), by=ada, now=NOON
    )

    same = replace_content(asked, tree_from_text(asked.content), by=pedro)

    assert (same.author, same.is_asked_for) == (ada, True)


def test_a_published_version_takes_no_changes(playbook, ada):
    version = playbook.versions.get()

    with pytest.raises(FrozenVersionError):
        replace_content(version, titled(published_trees()["scenario-map"], "Sly"), by=ada)

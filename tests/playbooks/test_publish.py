"""Two people publish a version, and publishing freezes it, for the code and for the database."""

from dataclasses import replace
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.bell import unread
from playbooks.current import published_trees, trees_of
from playbooks.drafts import draft_version, replace_content
from playbooks.models import FrozenVersionError, Playbook, PlaybookVersion
from playbooks.publish import PublishError, ask_for_publish, publish_version, take_back
from playbooks.starter.load import load_starter
from playbooks.tree import Text
from playbooks.tree_schema import tree_from_text
from tests.make import NOON, make_user

State = PlaybookVersion.State


@pytest.fixture
def playbook(db) -> Playbook:
    load_starter(NOON)
    return Playbook.objects.get(slug="scenario-map")


def titled(playbook: Playbook, title: str):
    return replace(published_trees()[playbook.slug], title=Text(title, title))


def draft_with_title(playbook: Playbook, title: str, author=None) -> PlaybookVersion:
    return draft_version(playbook, titled(playbook, title), author=author, note="A clearer title.")


@pytest.fixture
def asked(playbook, ada, pedro) -> PlaybookVersion:
    """Ada wrote it and asked for it; pedro may publish it."""
    return ask_for_publish(draft_with_title(playbook, "New", ada), by=ada, now=NOON)


def titles(person) -> list[str]:
    return [line.title for line in unread(person.pk)]


def test_a_published_version_replaces_the_one_before(playbook, asked, ada, pedro):
    old = playbook.versions.get(number=1)

    new = publish_version(asked, by=pedro, now=NOON)

    old.refresh_from_db()
    playbook.refresh_from_db()
    assert (old.state, new.state, new.number) == (State.RETIRED, State.PUBLISHED, 2)
    assert (new.published_by, new.published_at, new.author, new.asked_by) == (pedro, NOON, ada, ada)
    assert new.sha256 == new.asked_sha256 == sha256(new.content.encode()).hexdigest()
    assert published_trees()["scenario-map"].title.en == playbook.title_en == "New"
    assert published_trees()["scenario-map"].version == 2


def test_an_old_decision_finds_its_exact_version(playbook):
    old = playbook.versions.get()
    publish_version(draft_with_title(playbook, "New"), by=None, now=NOON)

    tree = trees_of({"scenario-map": old.pk})["scenario-map"]

    assert (tree.version, tree.title.en) == (1, "Scenario map")
    assert tree == tree_from_text(old.content)


def test_those_who_may_publish_are_asked_in_their_language_and_left_alone_afterwards(playbook, ada, pedro, maya, sam):
    other = make_user("olga", groups=("admin",), language="de")
    asked = ask_for_publish(draft_with_title(playbook, "New", ada), by=ada, now=NOON)

    assert titles(pedro) == ["ada asks you to publish Scenario map v2"]
    assert titles(other) == ["ada bittet darum, Szenario-Karte v2 zu veröffentlichen"]
    assert titles(ada) == titles(maya) == titles(sam) == []

    publish_version(asked, by=pedro, now=NOON)

    assert titles(pedro) == titles(other) == []
    assert titles(ada) == ["New v2 is in force, published by pedro"]


def test_one_person_cannot_write_or_ask_and_publish(playbook, asked, ada, pedro):
    olga = make_user("olga", groups=("admin",))

    with pytest.raises(PublishError, match="other than the author"):
        publish_version(asked, by=ada, now=NOON)

    draft = replace_content(asked, titled(playbook, "Newer"), by=olga)
    asked = ask_for_publish(draft, by=pedro, now=NOON)

    with pytest.raises(PublishError, match="other than the author"):
        publish_version(asked, by=pedro, now=NOON)
    with pytest.raises(IntegrityError, match="publisher_is_not_the_author"), transaction.atomic():
        PlaybookVersion.objects.filter(pk=asked.pk).update(published_by=olga)
    with pytest.raises(IntegrityError, match="publisher_did_not_ask"), transaction.atomic():
        PlaybookVersion.objects.filter(pk=asked.pk).update(published_by=pedro)
    assert publish_version(asked, by=ada, now=NOON).state == State.PUBLISHED


def test_the_database_itself_demands_a_second_person(playbook, ada):
    draft = draft_with_title(playbook, "New", ada)
    playbook.versions.filter(state=State.PUBLISHED).update(state=State.RETIRED)

    with pytest.raises(IntegrityError, match="written_by_one_published_by_another"), transaction.atomic():
        PlaybookVersion.objects.filter(pk=draft.pk).update(state=State.PUBLISHED)
    with pytest.raises(PublishError, match="published by another person"):
        publish_version(draft, by=None, now=NOON)


@pytest.mark.parametrize("name", ["maya", "lea", "sam"])
def test_only_administrators_and_pr_leads_publish(asked, name, request):
    with pytest.raises(PublishError, match="Only an administrator or a PR lead"):
        publish_version(asked, by=request.getfixturevalue(name), now=NOON)


def test_nothing_goes_live_that_nobody_asked_for(playbook, asked, ada, pedro):
    with pytest.raises(PublishError, match="Nobody has asked"):
        publish_version(draft_with_title(playbook, "Other", ada), by=pedro, now=NOON)

    changed = replace_content(asked, titled(playbook, "Changed since"), by=ada)

    assert not changed.is_asked_for
    assert titles(pedro) == []
    with pytest.raises(PublishError, match="Nobody has asked"):
        publish_version(asked, by=pedro, now=NOON)


def test_content_changed_behind_our_back_is_not_what_was_asked_for(asked, pedro):
    content = asked.content.replace("New", "Sly")
    digest = sha256(content.encode()).hexdigest()
    PlaybookVersion.objects.filter(pk=asked.pk).update(content=content, sha256=digest)

    with pytest.raises(PublishError, match="Nobody has asked"):
        publish_version(asked, by=pedro, now=NOON)


def test_what_goes_live_is_compared_with_what_is_in_force(playbook, asked, ada, pedro):
    other = ask_for_publish(draft_with_title(playbook, "Other", ada), by=ada, now=NOON)
    publish_version(other, by=pedro, now=NOON)

    with pytest.raises(PublishError, match="Another version went live"):
        publish_version(asked, by=pedro, now=NOON)
    again = ask_for_publish(asked, by=ada, now=NOON)
    assert publish_version(again, by=pedro, now=NOON).state == State.PUBLISHED


def test_who_asked_takes_it_back_or_hears_that_it_came_back(asked, ada, pedro):
    draft = take_back(asked, by=ada)
    assert (draft.is_asked_for, draft.asked_by, titles(pedro), titles(ada)) == (False, None, [], [])

    again = ask_for_publish(draft, by=ada, now=NOON)
    take_back(again, by=pedro)
    assert titles(ada) == ["pedro gave Scenario map v2 back without publishing it"]


def test_asking_needs_a_note_and_a_sound_tree(playbook, ada):
    silent = draft_version(playbook, titled(playbook, "New"), author=ada)
    broken = draft_version(playbook, replace(published_trees()["scenario-map"], start="gone"), author=ada, note="!")

    with pytest.raises(PublishError, match="Say what changes"):
        ask_for_publish(silent, by=ada, now=NOON)
    with pytest.raises(PublishError, match="has problems") as error:
        ask_for_publish(broken, by=ada, now=NOON)
    assert ("dead_end", "gone") in {(problem.code, problem.detail) for problem in error.value.problems}


def test_a_tree_with_problems_is_not_published(playbook):
    tree = replace(published_trees()["scenario-map"], start="gone")
    draft = draft_version(playbook, tree)

    with pytest.raises(PublishError) as error:
        publish_version(draft, by=None, now=NOON)

    assert ("dead_end", "gone") in {(problem.code, problem.detail) for problem in error.value.problems}
    assert playbook.versions.get(state=State.PUBLISHED).number == 1


def test_a_version_is_published_once(playbook, ada):
    with pytest.raises(PublishError, match="Only a draft"):
        publish_version(playbook.versions.get(), by=None, now=NOON)
    with pytest.raises(PublishError, match="Only a draft"):
        ask_for_publish(playbook.versions.get(), by=ada, now=NOON)


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


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET content = 'x'"])
def test_plain_sql_is_refused_too(playbook, statement):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing of this test is pending when tables are emptied
        with pytest.raises(IntegrityError, match=r"published and (is|are) never deleted|never changes"):
            cursor.execute(statement.format("playbooks_playbookversion"))


def test_a_retired_version_does_not_come_back(playbook):
    playbook.versions.update(state=State.RETIRED)

    with pytest.raises(IntegrityError), transaction.atomic():
        playbook.versions.update(state=State.PUBLISHED)


def test_the_database_itself_checks_the_hash(playbook):
    draft = draft_with_title(playbook, "New")
    playbook.versions.filter(state=State.PUBLISHED).update(state=State.RETIRED)

    with pytest.raises(IntegrityError, match="SHA-256"), transaction.atomic():
        PlaybookVersion.objects.filter(pk=draft.pk).update(state=State.PUBLISHED, sha256="0" * 64)

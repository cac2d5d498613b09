"""Everyone who works by the playbooks reads them under /playbooks/, and says what they know."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from playbooks.drafts import draft_version
from playbooks.models import Playbook, PlaybookVersion, ReadReceipt
from playbooks.publish import publish_version
from playbooks.starter.load import load_starter
from playbooks.tree import Text
from playbooks.tree_schema import tree_from_text

MAP = "/playbooks/scenario-map/"


@pytest.fixture(autouse=True)
def loaded(db) -> None:
    load_starter(timezone.now() - timedelta(days=30))


def reworded() -> PlaybookVersion:
    """Version 2 of the scenario map, in which one question reads otherwise; a draft."""
    playbook = Playbook.objects.get(slug="scenario-map")
    tree = tree_from_text(playbook.versions.get().content)
    crisis = replace(tree.nodes["crisis"], question=Text("Is a crisis running?", "Läuft eine Krise?"))
    return draft_version(playbook, replace(tree, nodes={**tree.nodes, "crisis": crisis}))


@pytest.mark.parametrize("language", ["en", "de"])
def test_everyone_reads_what_is_in_force(client, lea, language, django_assert_max_num_queries):
    lea.language = language
    lea.save()
    client.force_login(lea)

    with django_assert_max_num_queries(30):
        overview = client.get("/playbooks/").content.decode()
    page = client.get(MAP).content.decode()

    assert "self-inflicted" in overview
    assert page.count("<svg role=") == 2
    assert "ignore" in page


def test_people_without_a_right_are_refused(client, sam):
    client.force_login(sam)

    assert client.get("/playbooks/").status_code == 403
    assert client.get(MAP).status_code == 403
    assert client.post(f"{MAP}versions/1/know/").status_code == 403


def test_knowing_a_version_counts_once(client, maya, lea):
    client.force_login(maya)

    for _again in range(2):
        client.post(f"{MAP}versions/1/know/")

    assert ReadReceipt.objects.get().person == maya
    page = client.get(MAP).content.decode()
    assert "You know version 1" in page
    assert "1 of 2 people know it" in page


def test_who_publishes_sees_who_has_not_confirmed(client, maya, pedro, sam):
    client.force_login(pedro)
    client.post(f"{MAP}versions/1/know/")

    page = client.get(MAP).content.decode()

    assert "1 person has not confirmed yet" in page
    assert "<p>maya</p>" in page


def test_a_draft_is_for_those_who_publish(client, maya, pedro):
    reworded()
    client.force_login(maya)
    assert client.get(f"{MAP}versions/2/").status_code == 404

    client.force_login(pedro)
    assert "This is a draft" in client.get(f"{MAP}versions/2/").content.decode()


def test_differences_stand_in_words_and_in_the_picture(client, pedro):
    reworded()
    client.force_login(pedro)

    page = client.get(f"{MAP}versions/2/changes/").content.decode()

    assert "Is a crisis running?" in page
    assert page.count("data-marked") == 2
    assert client.get(f"{MAP}versions/2/changes/?since=x").status_code == 200


def test_what_changed_lately_stands_on_the_first_page(client, maya):
    publish_version(reworded(), by=None, now=timezone.now() - timedelta(days=1))
    client.force_login(maya)

    page = client.get("/playbooks/").content.decode()

    assert "Changed in the last seven days" in page
    assert "Is a crisis running?" in page

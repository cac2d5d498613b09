"""The first start stores everything once; later starts leave alone what people changed."""

import shutil

import pytest

from accounts.models import Role
from playbooks.models import (
    EscalationPolicy,
    Playbook,
    PlaybookVersion,
    PolicyStep,
    ResponseTemplate,
    SeverityLevel,
    StartTree,
    Urgency,
)
from playbooks.starter.load import load_starter
from playbooks.starter.read import FOLDER
from playbooks.yaml_file import FileError
from tests.make import NOON
from tests.playbooks.trees import starter

MODELS = (
    EscalationPolicy, Playbook, PlaybookVersion, PolicyStep, ResponseTemplate, Role, SeverityLevel, StartTree, Urgency,
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "starter")


@pytest.mark.django_db
def test_everything_is_stored_once():
    assert load_starter(NOON) == ["self-inflicted", "scenario-map", "response-assessment"]
    counts = [model.objects.count() for model in MODELS]

    assert load_starter(NOON) == []
    assert [model.objects.count() for model in MODELS] == counts
    assert dict(zip(MODELS, counts, strict=True)) == {
        EscalationPolicy: 4,
        Playbook: 3,
        PlaybookVersion: 3,
        PolicyStep: 8,
        ResponseTemplate: len(starter().common.templates),
        Role: 11,
        SeverityLevel: 5,
        StartTree: 1,
        Urgency: 4,
    }


@pytest.mark.django_db
def test_what_people_changed_stays():
    load_starter(NOON)
    ResponseTemplate.objects.filter(slug="thanks").update(text_en="Cheers!")
    EscalationPolicy.objects.get(level="L1").steps.filter(position=2).delete()

    load_starter(NOON)

    assert ResponseTemplate.objects.get(slug="thanks").text_en == "Cheers!"
    assert EscalationPolicy.objects.get(level="L1").steps.count() == 1


@pytest.mark.django_db
def test_templates_answer_in_the_language_of_the_mention():
    load_starter(NOON)
    template = ResponseTemplate.objects.get(slug="explain")

    assert template.in_language("de-AT").startswith("Wir verstehen")
    assert template.in_language("fr").startswith("We understand")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("common", "15m", "soon", "common.yaml, line 7: urgency › now › within: A duration is a number"),
        ("severity", "role: executive, who", "role: king, who", "levels › L3 › unacknowledged_to › 1 › role: One of"),
        ("severity", "mention.neg_share, gte", "mention.neg_share, is", "line 20: levels › L2 › rules › 1 › all › 0"),
        ("severity", "topic.reach_1h", "topic.fame", "severity.yaml: The rule names a fact that is not in the voc"),
        ("scenario-map", "start: relevant", "start: nowhere", "scenario-map.yaml: The way leads nowhere."),
        ("scenario-map", "template: interim", "template: poem", "scenario-map.yaml: The template does not exist."),
        ("self-inflicted", "mode: strict", "mode: severe", "self-inflicted.yaml, line 5: mode: One of"),
    ],
)  # fmt: skip
def test_a_wrong_file_stores_nothing_and_says_where(folder, name, old, new, sentence):
    path = folder / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(FileError) as error:
        load_starter(NOON, folder)

    assert sentence in str(error.value)
    assert not Playbook.objects.exists()

"""Thirteen situations prepared beforehand: read with exact errors, found by words, shown to all who work here."""

import shutil
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from playbooks.models import Scenario, StatementTemplate
from playbooks.models.scenarios import SHORT_LENGTH
from playbooks.placeholders import PLACEHOLDERS, placeholders_in, with_examples
from playbooks.starter.load import load_starter
from playbooks.starter.read import FOLDER
from playbooks.starter.scenarios import read_scenarios
from playbooks.yaml_file import FileError
from tests.make import NOON


@pytest.fixture
def loaded(db) -> None:
    load_starter(NOON)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "starter")


def test_there_are_thirteen_and_each_prepares_everything(loaded):
    rows = list(Scenario.objects.all())
    assert len(rows) == 13
    for scenario in rows:
        assert scenario.policy.level == scenario.level
        assert scenario.statements.count() == 6, "three moments, short and long"
        assert scenario.scenariotask_rows.count() >= 4
        assert scenario.scenariorole_rows.count() >= 2
        for rows_of_kind in (
            scenario.sign_rows,
            scenario.donot_rows,
            scenario.outlet_rows,
            scenario.scenariostrategy_rows,
        ):
            assert rows_of_kind.count() >= 2, scenario.slug


def test_the_tasks_of_a_chain_stand_in_the_order_of_a_day(loaded):
    worst = Scenario.objects.get(slug="worst-case")
    within = [task.within for task in worst.scenariotask_rows.all()]
    assert within == sorted(within)


def test_short_statements_fit_into_a_post_as_they_are_and_filled_with_examples_into_most(loaded):
    for row in StatementTemplate.objects.filter(fits="short"):
        assert max(len(row.text_en), len(row.text_de)) <= SHORT_LENGTH
        assert max(len(with_examples(row.text_en, "en")), len(with_examples(row.text_de, "de"))) <= 500, str(row)


def test_no_statement_holds_a_placeholder_that_nobody_explains(loaded):
    texts = chain.from_iterable(StatementTemplate.objects.values_list("text_en", "text_de"))
    assert {slug for text in texts for slug in placeholders_in(text)} <= PLACEHOLDERS.keys()


def test_what_somebody_changed_stays_when_the_starter_is_loaded_again(loaded):
    Scenario.objects.filter(slug="hype").update(name_en="Suddenly famous")
    load_starter(NOON)
    assert Scenario.objects.get(slug="hype").name_en == "Suddenly famous"
    assert StatementTemplate.objects.count() == 13 * 6


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("level: L1", "level: L9", "hype.yaml, line 8: level: One of these is expected here: L0, L1"),
        ("use: instruct", "use: shout", "strategies › 1 › use: One of"),
        ("role: legal", "role: lawyers", "roles › 3 › role: One of these is expected"),
        ("within: 60m", "within: soon", "tasks › 0 › within: A duration is a number"),
        ("{product} is sold out", "{toy} is sold out", "statements › holding › short: No such placeholder: {toy}."),
        ("closing:\n", "ending:\n", "statements › ending: This key is unknown"),
        ("do_not:\n", "dont:\n", "This key is unknown"),
        ('position: 8\n', 'position: 8\nposition: 9\n', "line 4: The key position stands here twice."),
        ('de: "Hype: plötzlich beliebt"', 'de: ""', "name › de: A text is missing here."),
        ("Honest answer", "Honest answer " + "a" * 300, "statements › holding › short: At most 300 characters here"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_file_line_and_key_and_stores_nothing(folder, old, new, sentence, db):
    path = folder / "scenarios" / "hype.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(FileError) as error:
        load_starter(NOON, folder)

    assert "hype.yaml, line" in str(error.value)
    assert sentence in str(error.value)
    assert not Scenario.objects.exists()


def test_every_scenario_names_a_source_for_its_responsibility_class(loaded, client, maya):
    client.force_login(maya)
    page = client.get(reverse("playbooks:scenario", args=["data-leak"])).content.decode()
    assert "W. T. Coombs" in page
    assert "Preventable: we could have known better" in page


@pytest.mark.parametrize("language", ["en", "de"])
def test_everybody_who_works_here_reads_every_scenario(loaded, client, lea, language):
    lea.language = language
    lea.save()
    client.force_login(lea)
    for scenario in read_scenarios(FOLDER):
        answer = client.get(reverse("playbooks:scenario", args=[scenario.slug]))
        assert answer.status_code == 200
        assert scenario.fields[f"name_{language}"] in answer.content.decode().replace("&amp;", "&")


def test_words_narrow_the_list_in_both_languages(loaded, client, maya):
    client.force_login(maya)

    def found(**query) -> set[str]:
        return {row.slug for row in client.get(reverse("playbooks:scenarios"), query).context["scenarios"]}

    assert found(q="Datenleck") == {"data-leak"}
    assert found(q="ransom") == {"data-leak"}
    assert found(q="sold out") == {"hype"}
    assert found(level="L4") == {"worst-case", "product-safety", "data-leak"}
    assert found(q="no such words here") == set()
    assert len(found(level="nonsense")) == 13
    assert found(q="Daten\x00leck") == {"data-leak"}


def test_sam_reads_none_and_an_unknown_one_is_not_found(loaded, client, sam, maya):
    client.force_login(sam)
    assert client.get(reverse("playbooks:scenarios")).status_code == 403
    assert client.get(reverse("playbooks:scenario", args=["hype"])).status_code == 403
    client.force_login(maya)
    assert client.get(reverse("playbooks:scenario", args=["no-such"])).status_code == 404


def test_a_scenario_costs_the_same_whatever_it_holds(loaded, client, maya):
    client.force_login(maya)
    client.get(reverse("playbooks:scenario", args=["hype"]))
    counts = set()
    for slug in ("hype", "worst-case"):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("playbooks:scenario", args=[slug]))
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 20


def test_an_admin_edits_lines_in_labelled_fields_and_an_unknown_placeholder_is_refused_at_its_field(
    loaded, client, ada
):
    client.force_login(ada)
    scenario = Scenario.objects.get(slug="hype")
    address = reverse("admin:playbooks_scenario_change", args=[scenario.pk])
    page = client.get(address)
    data = {}
    inlines = page.context["inline_admin_formsets"]
    for form in (page.context["adminform"].form, *(form for inline in inlines for form in inline.formset.forms)):
        for bound in form:
            value = bound.value()
            data[bound.html_name] = "" if value is None else form.fields[bound.name].prepare_value(value)
    for inline in inlines:
        data |= {bound.html_name: bound.value() for bound in inline.formset.management_form}

    answer = client.post(address, data | {"statements-0-text_en": "Sold out: {toy}"})
    assert "No such placeholder: {toy}" in answer.content.decode()

    changed = client.post(address, data | {"statements-0-text_en": "Sold out: {product}"})
    assert changed.status_code == 302, changed.context["errors"]
    assert scenario.statements.order_by("id").first().text_en == "Sold out: {product}"

"""An admin shapes a draft in form fields; two people publish it; what two change at once is told to the slower one."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from playbooks.drafts import replace_content, start_draft
from playbooks.editor.edits import free_slug, moved
from playbooks.models import Playbook, PlaybookVersion
from playbooks.rule_forms import rule_forms
from playbooks.starter.load import load_starter
from playbooks.tree import Tree
from playbooks.tree_schema import tree_from_text
from tests.make import NOON


@pytest.fixture(autouse=True)
def loaded(db) -> None:
    load_starter(NOON)


@pytest.fixture
def draft(ada) -> PlaybookVersion:
    return start_draft(Playbook.objects.get(slug="scenario-map"), by=ada)


@pytest.fixture
def desk(client, ada):
    client.force_login(ada)
    return client


def at(page: str, version: PlaybookVersion, *names: str) -> str:
    return reverse(f"admin:playbooks_{page}", args=[version.pk, *names])


def tree_of(version: PlaybookVersion) -> Tree:
    return tree_from_text(PlaybookVersion.objects.get(pk=version.pk).content)


def question(answers: list[dict[str, str]], hint: dict[str, str] | None = None, **fields: str) -> dict[str, Any]:
    """What the form of a question sends, with at most one hint of one condition."""
    sent = {"kind": "question", "en": "Is a spare part missing?", "de": "Fehlt ein Ersatzteil?"} | fields
    sent |= {"answers-TOTAL_FORMS": str(len(answers)), "answers-INITIAL_FORMS": "0"}
    for number, answer in enumerate(answers):
        sent |= {f"answers-{number}-{key}": value for key, value in answer.items()}
        sent.setdefault(f"answers-{number}-ORDER", str(number + 1))
    sent |= {"hints-TOTAL_FORMS": "1" if hint else "0", "hints-INITIAL_FORMS": "0"}
    if hint:
        sent |= {"hints-0-combine": "all", "hints-0-suggest": hint["suggest"]}
        sent |= {"hints-0-conditions-TOTAL_FORMS": "1", "hints-0-conditions-INITIAL_FORMS": "0"}
        sent |= {f"hints-0-conditions-0-{key}": value for key, value in hint.items() if key != "suggest"}
    return sent


YES = {"slug": "yes", "en": "Yes", "de": "Ja", "to": "out_respond_ask"}
NO = {"slug": "no", "en": "No", "de": "Nein", "to": "+outcome"}


def test_a_question_with_answers_and_a_hint_is_written_in_fields(desk, draft):
    hint = {"suggest": "yes", "fact": "mention.direct", "op": "yes"}

    answer = desk.post(at("editor_new_question", draft), question([YES, NO], hint) | {"seen": draft.sha256})

    tree = tree_of(draft)
    node = tree.nodes["is_a_spare_part_missing"]
    assert [(a.slug, a.label.de, a.to) for a in node.answers] == [
        ("yes", "Ja", "out_respond_ask"),
        ("no", "Nein", "no"),
    ]
    assert node.hints[0].suggest == "yes"
    assert tree.outcomes["no"].do == "respond"
    assert answer.headers["Location"] == at("editor_outcome", draft, "no"), "the new outcome waits to be filled in"


def test_every_page_of_a_draft_opens_and_saving_changes_nothing(desk, draft):
    before = tree_of(draft)
    pages = [at("playbookversion_change", draft), at("editor_frame", draft), at("editor_upload", draft)]
    pages += [at("editor_question", draft, slug) for slug in ("danger", "kind")]
    pages += [at("editor_outcome", draft, slug) for slug in ("out_escalate_safety", "out_respond_interim")]

    for page in pages:
        found = desk.get(page)
        assert found.status_code == 200
        if page not in (pages[0], pages[2]):
            desk.post(page, as_sent(found))

    assert tree_of(draft) == before


def test_a_further_deadline_stays_what_it_is(desk, ada):
    draft = start_draft(Playbook.objects.get(slug="self-inflicted"), by=ada)
    before, page = tree_of(draft), at("editor_outcome", draft, "out_escalate_leak")

    desk.post(page, as_sent(desk.get(page)))

    assert before.outcomes["out_escalate_leak"].extra_timer
    assert tree_of(draft) == before


def as_sent(page: Any) -> dict[str, Any]:
    """The fields of a page as a browser sends them back."""
    sent: dict[str, Any] = {}
    context = page.context
    forms = [context["form"], *(context.get("answers") or ()), *(context.get("lines") or ())]
    for rules in [context["form"][name] for name in context["form"].fields if name == "hints"]:
        shown = rule_forms("hints", rules=rules.value() or (), answers=rules.field.widget.answers)
        for form in shown:
            forms += [form, *form.conditions]
            sent |= {f"{form.conditions.prefix}-{k}": v for k, v in form.conditions.management_form.initial.items()}
        sent |= {f"hints-{key}": value for key, value in shown.management_form.initial.items()}
    for name in ("answers", "lines"):
        if context.get(name) is not None:
            sent |= {f"{name}-{key}": value for key, value in context[name].management_form.initial.items()}
    for form in forms:
        for field in form:
            value = field.value()
            if field.name != "hints" and value not in (None, "", False, []):
                sent[field.html_name] = value
    return {key: value for key, value in sent.items() if value is not None}


def test_who_saves_later_learns_it_and_loses_nothing(desk, draft, pedro):
    seen = draft.sha256
    replace_content(draft, moved(tree_of(draft), "kind", 0), by=pedro)

    answer = desk.post(at("editor_new_question", draft), question([YES]) | {"seen": seen})

    assert answer.status_code == 409
    assert [str(message) for message in answer.context["messages"]] == [
        "pedro changed Scenario map v2 while you were at it. Nothing was stored."
    ]
    assert "Is a spare part missing?" in answer.content.decode()
    assert len(tree_of(draft).nodes) == 16


def test_questions_move_by_buttons_and_by_place(desk, draft):
    desk.post(at("editor_move", draft, "danger"), {"way": "up"})
    assert list(tree_of(draft).nodes)[:2] == ["danger", "relevant"]

    desk.post(at("editor_move", draft, "danger"), {"before": "ours"})
    assert list(tree_of(draft).nodes)[:3] == ["relevant", "danger", "ours"]


def test_the_check_links_each_problem_to_its_question(desk, draft):
    desk.post(at("editor_remove", draft, "out_respond_crisis"))

    page = desk.get(at("playbookversion_change", draft)).content.decode()

    assert "The way leads nowhere. (scenario-map/crisis, out_respond_crisis)" in page
    assert at("editor_question", draft, "crisis") in page


def test_asking_needs_a_note_and_publishing_another_person(desk, client, draft, pedro):
    desk.post(at("editor_ask", draft))
    draft.refresh_from_db()
    assert not draft.is_asked_for

    PlaybookVersion.objects.filter(pk=draft.pk).update(change_note="As before.")
    desk.post(at("editor_ask", draft))
    publish = reverse("playbooks:publish", args=["scenario-map", 2])
    assert desk.post(publish, {"seen": draft.sha256}).status_code == 409, "the author alone is refused"

    client.force_login(pedro)
    assert client.post(publish, {"seen": draft.sha256}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.published_by) == ("published", pedro)


def test_a_published_version_is_only_shown(desk, maya, client):
    version = PlaybookVersion.objects.get(playbook__slug="scenario-map")

    assert desk.post(at("editor_remove", version, "kind")).status_code == 302
    assert "kind" in tree_of(version).nodes

    client.force_login(maya)
    assert client.post(at("editor_begin", version)).status_code == 302  # to the sign-in page of the administration
    assert PlaybookVersion.objects.count() == 3


def test_export_and_import_say_the_same_and_a_bad_file_changes_nothing(desk, draft):
    before = tree_of(draft)
    text = desk.get(at("editor_export", draft)).content

    bad = desk.post(
        at("editor_upload", draft), {"file": SimpleUploadedFile("x.yaml", text.replace(b"nodes:", b"knots:"))}
    )
    assert bad.status_code == 422
    assert "x.yaml, line" in bad.content.decode()
    assert tree_of(draft) == before

    good = desk.post(at("editor_upload", draft), {"file": SimpleUploadedFile("x.yaml", text)})
    assert good.status_code == 302
    assert tree_of(draft) == before


def test_a_new_playbook_begins_with_an_empty_draft(desk):
    fields = {"slug": "product-recall", "title_en": "Recall", "title_de": "Rückruf"}

    answer = desk.post(reverse("admin:playbooks_playbook_add"), fields, follow=True)

    assert "Nothing is asked yet." in answer.content.decode()


def test_short_names_are_made_from_wordings():
    assert free_slug("Is it a Störung?", {"is_it_a_st_rung"}) == "is_it_a_st_rung_2"

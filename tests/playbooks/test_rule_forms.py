"""Rules are chosen, not typed: what the form shows and sends is what the grammar reads, or an error at its field."""

import pytest
from django import forms
from django.http import QueryDict

from playbooks.models import SeverityLevel
from playbooks.rule_forms import RulesField, comparisons_of, fact_choices, rule_forms
from playbooks.starter.load import load_starter
from playbooks.vocabulary import FACTS, LIST_FAMILY, OPERATORS, Kind
from tests.make import NOON

pytestmark = pytest.mark.django_db
ANSWERS = [("yes", "Yes"), ("no", "No")]


class Matrix(forms.Form):
    rules = RulesField()


class Hints(forms.Form):
    rules = RulesField(answers=ANSWERS)


def sent(*rules: list[dict[str, object]], **more: str) -> QueryDict:
    """What a browser sends for these rules: each a list of conditions as the fields have them."""
    data = QueryDict(mutable=True)
    data.update({"rules-TOTAL_FORMS": str(len(rules)), "rules-INITIAL_FORMS": "0"})
    for place, conditions in enumerate(rules):
        prefix = f"rules-{place}-conditions"
        data.update({f"rules-{place}-combine": "all", f"{prefix}-TOTAL_FORMS": str(len(conditions))})
        data.update({f"{prefix}-INITIAL_FORMS": "0"})
        for number, condition in enumerate(conditions):
            for name, value in condition.items():
                data.setlist(f"{prefix}-{number}-{name}", value if isinstance(value, list) else [str(value)])
    data.update(more)
    return data


def as_sent(formset: forms.BaseFormSet) -> QueryDict:
    """What a browser sends back when nobody touched the page."""
    data = QueryDict(mutable=True)
    for form in (formset.management_form, *formset, *(f for rule in formset for f in rule.conditions)):
        _fill(data, form)
    for rule in formset:
        _fill(data, rule.conditions.management_form)
    return data


def _fill(data: QueryDict, form: forms.Form) -> None:
    for field in form:
        value = field.value()
        texts = value if isinstance(value, list) else [value]
        data.setlist(field.html_name, [str(text) for text in texts if text is not None and text is not False])


def test_every_rule_of_the_starter_matrix_survives_the_form():
    load_starter(NOON)

    for level in SeverityLevel.objects.all():
        form = Matrix(as_sent(rule_forms("rules", rules=level.rules)))
        assert form.is_valid(), (level, form.errors)
        assert form.cleaned_data["rules"] == level.rules


def test_a_hint_names_the_answer_that_it_suggests():
    form = Hints(sent([{"fact": "mention.direct", "op": "yes"}], **{"rules-0-suggest": "yes"}))
    unsaid = Hints(sent([{"fact": "mention.direct", "op": "yes"}]))

    assert form.is_valid()
    assert form.cleaned_data["rules"] == [{"suggest": "yes", "all": [{"f": "mention.direct", "is": True}]}]
    assert not unsaid.is_valid()
    assert "Choose the answer that the rule suggests." in str(unsaid["rules"])


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ({"fact": "text.sentiment", "op": "lte", "number": "-0.2"}, {"f": "text.sentiment", "lte": -0.2}),
        ({"fact": "author.followers", "op": "gte", "number": "50000"}, {"f": "author.followers", "gte": 50000}),
        ({"fact": "mention.own_channel", "op": "no"}, {"f": "mention.own_channel", "is": False}),
        (
            {"fact": "author.kind", "op": "in", "values_author_kind": ["lawyer", "journalist"]},
            {"f": "author.kind", "in": ["lawyer", "journalist"]},
        ),
        (
            {"fact": "author.kind", "op": "eq", "values_author_kind": ["lawyer"]},
            {"f": "author.kind", "eq": "lawyer"},
        ),
        # What stands in a field that another fact shows is not read.
        (
            {"fact": "author.flags", "op": "in", "values_author_flags": ["vip"], "number": "3"},
            {"f": "author.flags", "in": ["vip"]},
        ),
    ],
)
def test_a_condition_becomes_the_grammar(condition, rule):
    form = Matrix(sent([condition]))

    assert form.is_valid(), form.errors
    assert form.cleaned_data["rules"] == [{"all": [rule]}]


@pytest.mark.parametrize(
    ("condition", "field", "sentence"),
    [
        ({"fact": "author.followers", "op": "gte"}, "number", "A value is missing."),
        ({"fact": "author.followers", "op": "gte", "number": "many"}, "number", "Enter a number."),
        ({"fact": "author.followers", "op": "yes"}, "op", "does not fit the kind of the fact"),
        ({"fact": "author.kind", "op": "gte", "number": "3"}, "values_author_kind", "A value is missing."),
        ({"fact": "author.kind", "op": "in", "values_author_kind": ["king"]}, "values_author_kind", "valid choice"),
        ({"fact": "moon.phase", "op": "gte", "number": "1"}, "fact", "not in the vocabulary"),
        ({"fact": "text.lex.gone", "op": "gte", "number": "1"}, "fact", "The word list does not exist."),
        ({"op": "gte", "number": "1"}, "fact", "This field is required."),
        ({"fact": "mention.rate"}, "op", "This field is required."),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(condition, field, sentence):
    form = Matrix(sent([condition]))

    assert not form.is_valid()
    [rule] = form["rules"].value().forms
    [one] = rule.conditions.forms
    assert sentence in str(one.errors[field])
    assert sentence in str(form["rules"])


def test_what_is_left_empty_or_removed_is_gone():
    direct = {"fact": "mention.direct", "op": "yes"}
    data = sent([direct, direct | {"DELETE": "on"}, {}], [{}], [direct], **{"rules-2-DELETE": "on"})

    form = Matrix(data)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["rules"] == [{"all": [{"f": "mention.direct", "is": True}]}]


def test_a_form_without_its_rules_is_refused_and_not_taken_for_none():
    assert not Matrix(QueryDict("rules=")).is_valid()


def test_every_fact_is_offered_with_the_comparisons_that_fit_it():
    offered = {key for _family, facts in fact_choices(["danger"]) for key, _label in facts}

    assert offered >= set(FACTS) - {LIST_FAMILY}
    assert "text.lex.danger" in offered
    for kind in Kind:
        read = {"is" if op in ("yes", "no") else op for op in comparisons_of(kind)}
        assert read == set(OPERATORS[kind])


def test_an_untouched_field_has_not_changed():
    rules = [{"any": [{"f": "text.lex.danger", "gte": 1}]}]
    form = Matrix(as_sent(rule_forms("rules", rules=rules)), initial={"rules": rules})

    assert not form.has_changed()
    assert Matrix(sent([]), initial={"rules": rules}).has_changed()

"""Rules as form fields: a fact, a comparison and a value each; nobody types JSON.

`RulesField` stands in any form of the admin: for the severity matrix as it is, for the hints of a question with its
`answers`. It takes and gives what `tree_schema.parse_rule` reads. `Media` of the form has the script and the styles.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from monitoring.models import WordList
from playbooks.check import Agreed, rule_problems
from playbooks.content import Part
from playbooks.rules import Condition, Rule
from playbooks.tree_schema import parse_rule, rule_as_data
from playbooks.vocabulary import (
    FACTS,
    LIST_FAMILY,
    LIST_PREFIX,
    OPERATORS,
    WORD_LISTS,
    FactSpec,
    Kind,
    label_of,
    spec_of,
)
from playbooks.words import PROBLEMS

Answers = Sequence[tuple[str, str | Promise]]

YES, NO = "yes", "no"  # one comparison each: `is` with its value, which a form need not ask for
COMPARISONS: Mapping[str, str | Promise] = {
    "gte": _("is at least"),
    "lte": _("is at most"),
    "eq": _("is exactly"),
    "in": _("is one of"),
    YES: _("is yes"),
    NO: _("is no"),
}
FAMILIES: Mapping[str, str | Promise] = {
    "text": _("The text"),
    "author": _("The author"),
    "mention": _("The mention and its story"),
    "topic": _("Its topic"),
    "": _("Other facts"),
}
MOST = 40  # rules in a field, and conditions in a rule


def comparisons_of(kind: Kind) -> list[str]:
    """The comparisons that a form offers for a fact of this kind."""
    ops = OPERATORS[kind]
    return [op for op in COMPARISONS if op in ops or (op in (YES, NO) and "is" in ops)]


def word_lists() -> list[str]:
    """Those that exist, and those that the starter content speaks of."""
    stored = WordList.objects.order_by("slug").values_list("slug", flat=True).distinct()
    return list(dict.fromkeys((*WORD_LISTS, *stored)))


def fact_choices(lists: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every fact of the vocabulary, by what it is about."""
    groups: dict[str, list[tuple[str, str]]] = {family: [] for family in FAMILIES}
    for key in FACTS:
        if key != LIST_FAMILY:
            family = key.partition(".")[0]
            groups[family if family in groups else ""].append((key, label_of(key)))
    named = [(LIST_PREFIX + name, label_of(LIST_PREFIX + name)) for name in lists]
    whole = [(str(FAMILIES[family]), facts) for family, facts in groups.items() if facts]
    return [("", [("", "–")]), *whole, (str(_("Hits in a word list")), named)]


class FactSelect(forms.Select):
    """Tells the script of each fact which comparisons fit it and whether its values are known."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        spec = spec_of(str(value))
        if spec:
            option["attrs"] |= {"data-comparisons": " ".join(comparisons_of(spec.kind)), "data-input": input_of(spec)}
        return option


def input_of(spec: FactSpec | None) -> str:
    """Which field holds the value of a condition on this fact: `number`, `text`, `none`, or the key of its choices."""
    if spec is None or spec.kind == Kind.NUMBER:
        return "number"
    if spec.kind == Kind.YES_NO:
        return "none"
    return spec.key if spec.choices else "text"


class ConditionForm(forms.Form):
    """One comparison; of the fields for the value only the one that fits the fact is read."""

    fact = forms.ChoiceField(label=_("Fact"), widget=FactSelect)
    op = forms.ChoiceField(label=_("Comparison"), choices=[("", "–"), *COMPARISONS.items()])
    number = forms.FloatField(label=_("Number"), required=False, widget=forms.NumberInput(attrs={"step": "any"}))
    text = forms.CharField(label=_("Texts, separated by commas"), required=False)

    def __init__(self, *args: Any, lists: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.initial.get("fact") or (self.data.get(self.add_prefix("fact")) if self.is_bound else "")
        self.spec = spec_of(str(kept or ""))
        self.fields["fact"].choices = self._with_kept(fact_choices(lists), kept)  # type: ignore[attr-defined]
        for spec in FACTS.values():
            if spec.choices:
                self.fields[choices_field(spec)] = forms.MultipleChoiceField(
                    label=str(spec.label), choices=list(spec.choices.items()), required=False,
                    widget=forms.CheckboxSelectMultiple,
                )  # fmt: skip
        self.lists = lists

    @staticmethod
    def _with_kept(choices: list[Any], kept: Any) -> list[Any]:
        """A fact that is no longer in the vocabulary stays readable, and is refused when saved."""
        known = any(kept == key for _family, facts in choices for key, _label in facts)
        return choices if known or not kept else [*choices, (kept, kept)]

    @property
    def is_blank(self) -> bool:
        """Nothing stands in it yet."""
        return not self.initial and not (self.is_bound and self.has_changed())

    @property
    def shown_input(self) -> str:
        return input_of(self.spec)

    @property
    def known_values(self) -> list[tuple[str, forms.BoundField]]:
        """The boxes of each fact whose values are known."""
        return [(spec.key, self[choices_field(spec)]) for spec in FACTS.values() if spec.choices]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        fact, op = values.get("fact"), values.get("op")
        if fact and op:
            self.condition = self._condition(fact, op, values)
            if self.condition and not self.errors:
                self._check(self.condition)
        return values

    def _condition(self, fact: str, op: str, values: Mapping[str, Any]) -> Condition | None:
        spec = spec_of(fact)
        if op in (YES, NO):
            return Condition(fact, "is", op == YES)
        field = _field_of(spec)
        value = values.get(field)
        if value in (None, "", []):
            if field not in self.errors:
                self.add_error(field, _("A value is missing."))
            return None
        if field == "number":
            return Condition(fact, op, int(value) if value == int(value) else value)
        texts = tuple(value) if isinstance(value, list) else _split(value)
        if op == "eq" and len(texts) != 1:
            self.add_error(field, _("Exactly one value is compared; “is one of” takes several."))
        return Condition(fact, op, texts[0] if op == "eq" else texts)

    def _check(self, condition: Condition) -> None:
        agreed = Agreed(word_lists=frozenset(self.lists))
        fields = {"wrong_operator": "op", "unknown_value": _field_of(spec_of(condition.fact))}
        for problem in rule_problems(Rule((condition,)), "", agreed):
            self.add_error(fields.get(problem.code, "fact"), PROBLEMS[problem.code])


def choices_field(spec: FactSpec) -> str:
    return "values_" + spec.key.replace(".", "_")


def _field_of(spec: FactSpec | None) -> str:
    shown = input_of(spec)
    if spec and shown == spec.key:
        return choices_field(spec)
    return "text" if shown == "text" else "number"


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def condition_initial(condition: Condition) -> dict[str, Any]:
    """The fields of a stored condition."""
    expected = condition.expected
    if isinstance(expected, bool):
        return {"fact": condition.fact, "op": YES if expected else NO}
    field = _field_of(spec_of(condition.fact))
    if field == "text":
        expected = ", ".join(expected) if isinstance(expected, tuple) else expected
    elif field != "number":
        expected = list(expected) if isinstance(expected, tuple) else [expected]  # type: ignore[assignment]
    return {"fact": condition.fact, "op": condition.op, field: expected}


ConditionFormSet = forms.formset_factory(ConditionForm, extra=1, can_delete=True, max_num=MOST)


class RuleForm(forms.Form):
    """Conditions of which all must hold, or any; with `answers`, the one that the rule suggests."""

    combine = forms.ChoiceField(
        label=_("Holds when"),
        choices=[("all", _("all of these hold")), ("any", _("any of these holds"))],
        initial="all",
    )

    def __init__(
        self, *args: Any, answers: Answers = (), lists: Sequence[str] = (), rule: Rule | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        rule = rule or self.initial.get("rule")
        if answers:
            self.fields["suggest"] = forms.ChoiceField(
                label=_("Suggests"), choices=[("", "–"), *answers], required=False
            )
        conditions = [condition_initial(condition) for condition in rule.conditions] if rule else []
        if rule:
            self.initial = {**self.initial, "combine": rule.combine, "suggest": rule.suggest}
        self.conditions = ConditionFormSet(
            data=self.data if self.is_bound else None,
            prefix=f"{self.prefix}-conditions",
            initial=conditions,
            form_kwargs={"lists": lists, "empty_permitted": True, "use_required_attribute": False},
        )

    def has_changed(self) -> bool:
        return bool(super().has_changed() or self.conditions.has_changed())

    @property
    def is_blank(self) -> bool:
        """Nothing stands in it yet."""
        return "rule" not in self.initial and not (self.is_bound and self.has_changed())

    def is_valid(self) -> bool:
        return bool(super().is_valid() and self.conditions.is_valid())

    @property
    def rule(self) -> Rule | None:
        """What a valid form says; None where every condition is empty or removed."""
        kept = [form for form in self.conditions.forms if form not in self.conditions.deleted_forms]
        conditions = tuple(condition for form in kept if (condition := getattr(form, "condition", None)))
        values = self.cleaned_data
        return Rule(conditions, values.get("combine") or "all", values.get("suggest", "")) if conditions else None


class BaseRules(BaseFormSet):
    """All rules of one field, in order: of hints the first one that fires counts."""

    def clean(self) -> None:
        for form in self.forms:
            if form not in self.deleted_forms and form.conditions.is_valid() and "suggest" in form.fields:
                rule = form.rule
                if rule and not rule.suggest:
                    form.add_error("suggest", _("Choose the answer that the rule suggests."))

    @property
    def rules(self) -> list[dict[str, Any]]:
        kept = [form.rule for form in self.forms if form not in self.deleted_forms]
        return [rule_as_data(rule) for rule in kept if rule]


RuleFormSet = forms.formset_factory(RuleForm, formset=BaseRules, extra=1, can_delete=True, max_num=MOST)


def rule_forms(prefix: str, *, data: Any = None, rules: Iterable[Mapping[str, Any]] = (), answers: Answers = ()) -> Any:
    """The forms of these rules, or of what was sent."""
    extra = ("suggest",) if answers else ()
    initial = [{"rule": parse_rule(Part(rule), *extra)} for rule in rules]
    kwargs = {"answers": answers, "lists": word_lists(), "empty_permitted": True, "use_required_attribute": False}
    return RuleFormSet(data=data, prefix=prefix, initial=initial, form_kwargs=kwargs)


class RulesWidget(forms.Widget):
    """Draws the forms with their errors, and a pattern of each for the script that adds more."""

    answers: Answers = ()

    class Media:
        css = {"all": ["css/playbooks-admin.css"]}
        js = [forms.Script("js/rule_forms.js", type="module")]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return rule_forms(name, data=data, answers=self.answers)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-TOTAL_FORMS" not in data

    def id_for_label(self, id_: str) -> str:
        """No single field: the whole is a group."""
        return ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        forms_ = value if isinstance(value, BaseFormSet) else rule_forms(name, rules=value or (), answers=self.answers)
        return render_to_string("playbooks/_rules.html", {"rules": forms_, "id": (attrs or {}).get("id", name)})


class RulesField(forms.Field):
    """A list of rules: `[{"any": [{"f": "text.lex.danger", "gte": 1}]}]`; with `answers` each has its `suggest`."""

    widget = RulesWidget

    def __init__(self, *, answers: Answers = (), **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})
        self.offer(answers)

    def offer(self, answers: Answers) -> None:
        """The answers that a hint may suggest, `[(short name, label)]`: those of the question at hand."""
        self.widget.answers = answers

    def clean(self, value: Any) -> list[dict[str, Any]]:
        if not value.is_valid():
            raise forms.ValidationError(_("A rule is incomplete or makes no sense; see below."), code="invalid")
        return value.rules

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not data.is_valid() or data.rules != list(initial or [])

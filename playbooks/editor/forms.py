"""The fields in which an admin writes a question, an outcome and the frame of a tree; nobody types JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from playbooks.content import SLUG, Part
from playbooks.durations import duration, in_short
from playbooks.editor.edits import free_slug
from playbooks.fields import RoleBoxes, ShortDurationField
from playbooks.models import Disposition, Level, Playbook, ResponseTemplate, Urgency
from playbooks.rule_forms import RulesField
from playbooks.tree import JUMP, Answer, ExtraTimer, Node, Outcome, Text, Tree
from playbooks.tree_schema import MODES, parse_rule, rule_as_data

NEW = {"+question": "question", "+outcome": "outcome"}  # an answer that leads to what does not exist yet
MOST = 30
BLANK = ("", "–")


class SlugField(forms.CharField):
    """A short name inside a tree; empty: one is made from the English wording."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=64, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not SLUG.fullmatch(value):
            raise forms.ValidationError(_("A short name has small letters, digits, _ and - only, at most 64."))


class Wording(forms.Form):
    """One sentence in both languages; a missing one is named by the check."""

    en = forms.CharField(label=_("English"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}))
    de = forms.CharField(label=_("German"), required=False, max_length=500, widget=forms.Textarea({"rows": 2}))

    @property
    def text(self) -> Text:
        return Text(self.cleaned_data["en"].strip(), self.cleaned_data["de"].strip())


class QuestionForm(Wording):
    """What is asked, of which kind it is, and the hints; the answers stand in a formset beside it."""

    KINDS = [
        ("question", _("Question: hints may answer it")),
        ("task", _("Task: to be done first, a person confirms it")),
        ("risk", _("Risk question: a person confirms “no”, never a hint")),
    ]
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, widget=forms.RadioSelect, initial="question")
    phase = forms.CharField(
        label=_("Phase"), required=False, max_length=40, help_text=_("Groups questions, for example: assess.")
    )
    hints = RulesField(
        label=_("Hints"), help_text=_("The first rule that fires suggests its answer. A person still decides.")
    )

    def __init__(self, *args: Any, node: Node | None, answers: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, initial=_of_node(node) if node else {}, **kwargs)
        self.fields["hints"].offer(list(answers))  # type: ignore[attr-defined]

    def node(self, node: Node | None, slug: str, answers: tuple[Answer, ...]) -> Node:
        kind = self.cleaned_data["kind"]
        return replace(
            node or Node(slug, self.text, ()),
            question=self.text,
            answers=answers,
            hints=tuple(parse_rule(Part(rule), "suggest") for rule in self.cleaned_data["hints"]),
            risk=kind == "risk",
            task=kind == "task",
            phase=self.cleaned_data["phase"].strip(),
        )


class AnswerForm(forms.Form):
    slug = SlugField(label=_("Short name"), widget=forms.TextInput({"size": 12}))
    en = forms.CharField(label=_("English"), required=False, max_length=200)
    de = forms.CharField(label=_("German"), required=False, max_length=200)
    to = forms.ChoiceField(label=_("Leads to"), required=False)

    def __init__(self, *args: Any, targets: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.initial.get("to", "")
        known = any(kept == value for _name, group in targets for value, _label in group)
        self.fields["to"].choices = targets if known else [*targets, (kept, [(kept, kept)])]  # type: ignore[attr-defined]
        self.use_required_attribute = False


class BaseAnswers(BaseFormSet):
    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Position")
        form.fields["ORDER"].widget.attrs["min"] = 1
        form.fields["DELETE"].label = _("Remove")

    def clean(self) -> None:
        rows = [form.cleaned_data for form in self.forms if form.is_valid() and not self._should_delete_form(form)]
        slugs = [row["slug"] for row in rows if row.get("slug")]
        if len(set(slugs)) < len(slugs):
            raise forms.ValidationError(_("Two lines have the same short name."))

    def answers(self) -> tuple[Answer, ...]:
        """In the order of their positions; an answer without a short name gets one from its English label."""
        found: dict[str, Answer] = {}
        for form in (form for form in self.ordered_forms if form not in self.deleted_forms):
            values = form.cleaned_data
            if any(values.get(key) for key in ("slug", "en", "de", "to")):
                slug = values["slug"] or free_slug(values["en"], found)
                found[slug] = Answer(slug, values["to"], Text(values["en"].strip(), values["de"].strip()))
        return tuple(found.values())


AnswerFormSet = forms.formset_factory(
    AnswerForm, formset=BaseAnswers, extra=1, can_delete=True, can_order=True, max_num=MOST
)


def answer_forms(tree: Tree, node: Node | None, data: Any = None) -> BaseAnswers:
    yes_no = (Answer("yes", "", Text("Yes", "Ja")), Answer("no", "", Text("No", "Nein")))
    answers = node.answers if node else yes_no
    initial = [{"slug": a.slug, "en": a.label.en, "de": a.label.de, "to": a.to} for a in answers]
    kwargs = {"targets": targets_of(tree, node)}
    formset: BaseAnswers = AnswerFormSet(data=data, initial=initial, prefix="answers", form_kwargs=kwargs)
    return formset


def targets_of(tree: Tree, node: Node | None) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Where an answer may lead: what this tree has, something new, another playbook."""
    language = get_language() or "en"
    questions = [
        (one.slug, f"{number}. {one.question.in_language(language) or one.slug}")
        for number, one in enumerate(tree.nodes.values(), start=1)
        if node is None or one.slug != node.slug
    ]
    words = dict(Disposition.choices)
    outcomes = [
        (one.slug, f"{words[one.do]}: {one.text.in_language(language) or one.slug}") for one in tree.outcomes.values()
    ]
    others = [(JUMP + one.slug, str(one)) for one in Playbook.objects.exclude(slug=tree.slug)]
    new = [("+question", _("a new question")), ("+outcome", _("a new outcome"))]
    groups = [("", [BLANK]), (_("Questions"), questions), (_("Outcomes"), outcomes), (_("Something new"), new)]
    return [*groups, (_("Other playbooks"), others)]


def answer_choices(node: Node | None, data: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """The answers that a hint may suggest: those stored, and those that are just being sent."""
    language = get_language() or "en"
    stored = node.answers if node else (Answer("yes", "", Text("Yes", "Ja")), Answer("no", "", Text("No", "Nein")))
    choices = {answer.slug: answer.label.in_language(language) or answer.slug for answer in stored}
    for key in data or {}:
        if data and key.startswith("answers-") and key.endswith("-slug") and data[key]:
            choices.setdefault(data[key], data[key])
    return list(choices.items())


def _of_node(node: Node) -> dict[str, Any]:
    return {
        "en": node.question.en,
        "de": node.question.de,
        "kind": "risk" if node.risk else "task" if node.task else "question",
        "phase": node.phase,
        "hints": [rule_as_data(hint) for hint in node.hints],
    }


class OutcomeForm(Wording):
    """Everything that an outcome may demand."""

    REQUIRED = [BLANK, ("required", _("required"))]
    do = forms.ChoiceField(label=_("What to do"), choices=Disposition.choices, widget=forms.RadioSelect)
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[BLANK, *((v, f"{v} {t}") for v, t in Level.choices)]
    )
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)
    who = RoleBoxes(label=_("Who does it, or is called"), required=False)
    approve = RoleBoxes(label=_("Approved by"), required=False)
    notify = RoleBoxes(label=_("Also told"), required=False)
    template = forms.ChoiceField(label=_("Template"), required=False)
    watch = ShortDurationField(label=_("Watch for"), required=False, help_text=_("For example 15m or 4h."))
    promise = forms.ChoiceField(label=_("Promise of a time"), required=False, choices=REQUIRED)
    max_replies = forms.IntegerField(label=_("Replies at most"), required=False, min_value=1, max_value=99)
    feedback_to = forms.CharField(label=_("Feedback to"), required=False, max_length=60)
    evidence = forms.ChoiceField(label=_("Evidence"), required=False, choices=REQUIRED)
    second_person = forms.BooleanField(label=_("A second person looks at it"), required=False)
    timer_en = forms.CharField(label=_("Further deadline: name, English"), required=False, max_length=100)
    timer_de = forms.CharField(label=_("Further deadline: name, German"), required=False, max_length=100)
    timer_due = ShortDurationField(
        label=_("Further deadline: due in"), required=False, help_text=_("For example 15m or 4h.")
    )

    def __init__(self, *args: Any, outcome: Outcome | None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_of_outcome(outcome) if outcome else {"do": "respond"}, **kwargs)
        urgencies = [(u.slug, f"{u.slug} ({in_short(u.within)})") for u in Urgency.objects.all()]
        templates = [(slug, slug) for slug in ResponseTemplate.objects.values_list("slug", flat=True)]
        levels = [(value, f"{value} {label}") for value, label in Level.choices]
        for name, choices in (("level", levels), ("urgency", urgencies), ("template", templates)):
            self._offer(name, [BLANK, *choices])
        for name in ("promise", "evidence"):
            self._offer(name, list(self.REQUIRED))

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """What is stored stays choosable, also where it exists no longer: the check names it."""
        kept = self.initial.get(name, "")
        known = any(kept == value for value, _label in choices)
        self.fields[name].choices = choices if known else [*choices, (kept, kept)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if bool(values.get("timer_en") or values.get("timer_de")) != bool(values.get("timer_due")):
            self.add_error("timer_due", _("A further deadline has both a name and a time."))
        return values

    def outcome(self, outcome: Outcome | None, slug: str) -> Outcome:
        values = self.cleaned_data
        timer = outcome.extra_timer if outcome else None
        due = _as_written(values["timer_due"], timer.due if timer else "")
        name = Text(values["timer_en"].strip(), values["timer_de"].strip())
        plain = ("do", "level", "urgency", "template", "promise", "evidence", "max_replies", "second_person")
        return replace(
            outcome or Outcome(slug, values["do"], self.text),
            text=self.text,
            feedback_to=values["feedback_to"].strip(),
            watch=_as_written(values["watch"], outcome.watch if outcome else ""),
            extra_timer=ExtraTimer(name, due) if due else None,
            **{key: values[key] for key in plain},
            **{key: _in_order(values[key], getattr(outcome, key, ())) for key in ("who", "approve", "notify")},
        )


def _as_written(value: timedelta | None, before: str) -> str:
    """`72h` stays `72h`, though three days are as long."""
    if value is None:
        return ""
    return before if before and duration(before) == value else in_short(value)


def _in_order(chosen: Iterable[str], before: tuple[str, ...]) -> tuple[str, ...]:
    """Boxes do not say an order: who was named before keeps the place, the others follow."""
    kept = [slug for slug in before if slug in chosen]
    return (*kept, *(slug for slug in chosen if slug not in kept))


def _of_outcome(outcome: Outcome) -> dict[str, Any]:
    names = ("do", "level", "urgency", "template", "watch", "promise", "max_replies", "feedback_to", "evidence")
    timer = outcome.extra_timer
    return {
        **{name: getattr(outcome, name) for name in (*names, "second_person")},
        **{name: list(getattr(outcome, name)) for name in ("who", "approve", "notify")},
        "en": outcome.text.en,
        "de": outcome.text.de,
        "timer_en": timer.name.en if timer else "",
        "timer_de": timer.name.de if timer else "",
        "timer_due": timer.due if timer else "",
    }


class FrameForm(forms.Form):
    """What belongs to a tree as a whole, and why this version differs."""

    title_en = forms.CharField(label=_("Title, English"), required=False, max_length=200)
    title_de = forms.CharField(label=_("Title, German"), required=False, max_length=200)
    change_note = forms.CharField(
        label=_("What changes and why"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Everyone reads it beside the new version."),
    )
    start = forms.ChoiceField(label=_("First question"), required=False)
    mode = forms.ChoiceField(
        label=_("Tasks"),
        choices=[
            ("advisory", _("may be left open")),
            ("strict", _("are confirmed before somebody leaves the playbook")),
        ],
    )
    credit = forms.CharField(label=_("Where it comes from"), required=False, max_length=300)
    origin_tag = SlugField(label=_("Mark of mentions that come here"))
    after = SlugField(label=_("Afterwards"), help_text=_("For example: review."))

    def __init__(self, *args: Any, tree: Tree, note: str, **kwargs: Any) -> None:
        initial = {name: getattr(tree, name) for name in ("start", "mode", "credit", "origin_tag", "after")}
        initial |= {"title_en": tree.title.en, "title_de": tree.title.de, "change_note": note}
        super().__init__(*args, initial=initial, **kwargs)
        language = get_language() or "en"
        starts = [(node.slug, node.question.in_language(language) or node.slug) for node in tree.nodes.values()]
        self.fields["start"].choices = starts if tree.start in tree.nodes else [(tree.start, "–"), *starts]  # type: ignore[attr-defined]
        assert {mode for mode, _label in self.fields["mode"].choices} == set(MODES)  # type: ignore[attr-defined]

    def tree(self, tree: Tree, checklist: Mapping[str, Text]) -> Tree:
        values = self.cleaned_data
        plain = {name: values[name] for name in ("start", "mode", "origin_tag", "after")}
        title = Text(values["title_en"].strip(), values["title_de"].strip())
        return replace(tree, title=title, credit=values["credit"].strip(), checklist=checklist, **plain)


class LineForm(forms.Form):
    """One line of the checklist beside the reply."""

    slug = SlugField(label=_("Short name"), widget=forms.HiddenInput)
    en = forms.CharField(label=_("English"), required=False, max_length=300)
    de = forms.CharField(label=_("German"), required=False, max_length=300)


class BaseLines(BaseAnswers):
    def lines(self) -> dict[str, Text]:
        found: dict[str, Text] = {}
        for form in (form for form in self.ordered_forms if form not in self.deleted_forms):
            values = form.cleaned_data
            if values["en"] or values["de"]:
                found[values["slug"] or free_slug(values["en"], found)] = Text(values["en"], values["de"])
        return found


LineFormSet = forms.formset_factory(LineForm, formset=BaseLines, extra=1, can_delete=True, can_order=True, max_num=MOST)


def line_forms(tree: Tree, data: Any = None) -> BaseLines:
    initial = [{"slug": slug, "en": text.en, "de": text.de} for slug, text in tree.checklist.items()]
    formset: BaseLines = LineFormSet(data=data, initial=initial, prefix="lines")
    return formset


class YamlForm(forms.Form):
    file = forms.FileField(label=_("YAML file"), help_text=_("The whole tree, as it was exported."))

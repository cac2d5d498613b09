"""The facts of a trial in words, and the form that sets some of them by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playbooks.rules import Fact, NotComputable
from playbooks.vocabulary import FACTS, LIST_FAMILY, LIST_PREFIX, WORD_LISTS, FactSpec, Kind, label_of, value_in_words
from playbooks.words import REASONS, Hits

FACT = "fact:"
AS_COMPUTED = ("", gettext_lazy("as computed"))
GROUPS = {
    "text": gettext_lazy("Text"),
    "author": gettext_lazy("Author"),
    "mention": gettext_lazy("Mention"),
    "": gettext_lazy("Around it"),
    LIST_PREFIX: gettext_lazy("Hits in word lists"),
}


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact: its value, or why there is none; `now`: its value today, where that is another."""

    label: str
    value: str
    missing: str
    words: str
    is_by_hand: bool
    now: str


def fact_rows(
    facts: Mapping[str, Fact], by_hand: Mapping[str, Fact], now: Mapping[str, Fact], hits: Hits
) -> list[FactRow]:
    """In the order of the vocabulary; word lists without a hit are left out unless set by hand."""
    keys = [key for key in all_facts() if key in facts or key in by_hand]
    shown = (key for key in keys if not key.startswith(LIST_PREFIX) or key in by_hand or facts.get(key) or now.get(key))
    return [_row(key, facts, by_hand, now, hits) for key in shown]


def all_facts() -> Iterator[str]:
    """Every fact that a rule may name, the word lists last."""
    yield from (key for key in FACTS if key != LIST_FAMILY)
    yield from (LIST_PREFIX + name for name in WORD_LISTS)


class FactsForm(forms.Form):
    """A field per fact; what is left empty stays as computed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in all_facts():
            self.fields[FACT + key] = _field(key, FACTS[LIST_FAMILY] if key.startswith(LIST_PREFIX) else FACTS[key])

    def by_hand(self) -> dict[str, Fact]:
        """Of a valid form."""
        found = ((name.removeprefix(FACT), value) for name, value in self.cleaned_data.items())
        return {key: _as_fact(key, value) for key, value in found if value not in (None, "", [])}

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        rows: dict[str, list[forms.BoundField]] = {prefix: [] for prefix in GROUPS}
        for key in all_facts():
            rows[_group(key)].append(self[FACT + key])
        return [(GROUPS[prefix], fields) for prefix, fields in rows.items()]

    @property
    def is_used(self) -> bool:
        return self.is_bound and any(self.data.get(FACT + key) for key in all_facts())


def fact_in_words(key: str, fact: Fact) -> tuple[str, str]:
    """The value, and why there is none; one of them is empty."""
    if fact is None or isinstance(fact, NotComputable):
        reason = (fact or NotComputable()).reason
        return "", str(REASONS.get(reason) or _(reason))
    value = fact if isinstance(fact, bool | int | float | str) else tuple(sorted(fact))
    return value_in_words(key, value) or _("none"), ""


def _row(
    key: str, facts: Mapping[str, Fact], by_hand: Mapping[str, Fact], now: Mapping[str, Fact], hits: Hits
) -> FactRow:
    fact = by_hand.get(key, facts.get(key))
    value, missing = fact_in_words(key, fact)
    differs = key in now and _plain(now[key]) != _plain(facts.get(key))
    today = " ".join(fact_in_words(key, now[key])).strip() if differs else ""
    words = "" if key in by_hand else ", ".join(_("“%(word)s”") % {"word": word} for word in hits.get(key, ()))
    return FactRow(capfirst(label_of(key)), value, missing, words, key in by_hand, today)


def _plain(fact: Fact) -> object:
    """Comparable: a list kept as JSON is the set that it was."""
    return fact if isinstance(fact, bool | int | float | str | NotComputable | None) else sorted(fact)


def _group(key: str) -> str:
    if key.startswith(LIST_PREFIX):
        return LIST_PREFIX
    prefix = key.partition(".")[0]
    return prefix if prefix in GROUPS else ""


def _field(key: str, spec: FactSpec) -> forms.Field:
    common: dict[str, Any] = {"label": capfirst(label_of(key)), "required": False}
    if spec.kind == Kind.YES_NO:
        return forms.ChoiceField(
            choices=[AS_COMPUTED, ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))], **common
        )
    if spec.kind == Kind.NUMBER:
        return forms.FloatField(
            widget=forms.NumberInput(attrs={"step": "any", "placeholder": AS_COMPUTED[1]}), **common
        )
    if spec.kind == Kind.TEXTS:
        return forms.MultipleChoiceField(
            choices=list(spec.choices.items()), widget=forms.CheckboxSelectMultiple, **common
        )
    return forms.ChoiceField(choices=[AS_COMPUTED, *spec.choices.items()], **common)


def _as_fact(key: str, value: Any) -> Fact:
    if value in ("yes", "no") and key in FACTS and FACTS[key].kind == Kind.YES_NO:
        return bool(value == "yes")
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return tuple(value) if isinstance(value, list) else value

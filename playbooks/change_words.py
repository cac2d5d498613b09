"""The differences of two versions in the reader's language: one sentence per change."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from playbooks.differences import Change
from playbooks.outcome_words import KEYS, NO_ROLES, TREE_KEYS, Roles, value_in_words
from playbooks.rules import Rule
from playbooks.tree import JUMP, Text, Tree
from playbooks.words import rule_in_words

SENTENCES = {
    "title_reworded": _("Title in %(language)s: “%(new)s” instead of “%(old)s”"),
    "tree_changed": _("%(key)s: %(new)s instead of %(old)s"),
    "line_added": _("Checklist: “%(new)s” was added"),
    "line_removed": _("Checklist: “%(old)s” was removed"),
    "line_moved": _("Checklist: “%(at)s” stands elsewhere"),
    "line_reworded": _("Checklist in %(language)s: “%(new)s” instead of “%(old)s”"),
    "question_added": _("New question: “%(new)s”"),
    "question_removed": _("Question removed: “%(old)s”"),
    "question_moved": _("“%(at)s” now stands %(place)s"),
    "question_reworded": _("Question reworded in %(language)s: “%(new)s” instead of “%(old)s”"),
    "question_changed": _("“%(at)s” – %(key)s: %(new)s instead of %(old)s"),
    "answer_added": _("“%(at)s” – new answer “%(new)s”, leads to: %(to)s"),
    "answer_removed": _("“%(at)s” – answer “%(old)s” was removed"),
    "answer_moved": _("“%(at)s” – the answer “%(answer)s” stands elsewhere"),
    "answer_reworded": _("“%(at)s” – answer reworded in %(language)s: “%(new)s” instead of “%(old)s”"),
    "answer_leads_elsewhere": _("“%(at)s” – “%(answer)s” leads to: %(new)s; before: %(old)s"),
    "hint_added": _("“%(at)s” – new hint: %(new)s"),
    "hint_removed": _("“%(at)s” – hint removed: %(old)s"),
    "hint_changed": _("“%(at)s” – hint changed: %(new)s; before: %(old)s"),
    "hints_reordered": _("“%(at)s” – the hints are looked at in another order"),
    "outcome_added": _("New outcome: “%(new)s”"),
    "outcome_removed": _("Outcome removed: “%(old)s”"),
    "outcome_moved": _("The outcome “%(at)s” now stands %(place)s"),
    "outcome_reworded": _("Outcome reworded in %(language)s: “%(new)s” instead of “%(old)s”"),
    "outcome_changed": _("Outcome “%(at)s” – %(key)s: %(new)s instead of %(old)s"),
}
LANGUAGE_NAMES = {"en": _("English"), "de": _("German")}
EVERY_KEY = {
    **KEYS,
    **TREE_KEYS,
    "risk": _("risk question"),
    "task": _("task"),
    "phase": _("phase"),
    "added": _("added by us"),
}


def change_in_words(change: Change, old: Tree, new: Tree, roles: Roles = NO_ROLES) -> str:
    """`old` and `new` are the trees that the change lies between."""
    tree = old if change.code.endswith("_removed") and change.answer == "" else new
    words = {
        "at": name_in(tree, change.at),
        "answer": _answer(tree, change),
        "language": LANGUAGE_NAMES.get(change.key, ""),
        "key": EVERY_KEY.get(change.key, change.key),
        "place": _place(new, change.new) if change.code.endswith("_moved") else "",
        "old": _value(change, change.old, old, roles),
        "new": _value(change, change.new, new, roles),
        "to": name_in(new, change.new[1]) if change.code == "answer_added" else "",
    }
    return str(SENTENCES[change.code]) % words


def name_in(tree: Tree, slug: str) -> str:
    """What a question, an outcome, a line of the checklist or another playbook is called in the reader's language."""
    if slug.startswith(JUMP):
        return gettext("the playbook “%(playbook)s”") % {"playbook": slug.removeprefix(JUMP)}
    texts: Mapping[str, Text] = {
        **tree.checklist,
        **{key: outcome.text for key, outcome in tree.outcomes.items()},
        **{key: node.question for key, node in tree.nodes.items()},
    }
    return _spoken(texts[slug]) or slug if slug in texts else slug


def _answer(tree: Tree, change: Change) -> str:
    node = tree.nodes.get(change.at)
    answer = node.answer(change.answer) if node else None
    return _spoken(answer.label) or change.answer if answer else change.answer


def _value(change: Change, value: Any, tree: Tree, roles: Roles) -> str:
    """What was there before, or is there now, in the tree that it belongs to."""
    if isinstance(value, Text):
        return _spoken(value)
    if isinstance(value, Rule):
        return _hint(tree, change.at, value)
    if change.code in ("answer_added", "answer_removed"):
        return _spoken(value[0]) or change.answer if value else ""
    if change.code == "answer_leads_elsewhere" or change.key == "start":
        name = name_in(tree, value)
        return name if value.startswith(JUMP) else gettext("“%(word)s”") % {"word": name}
    if change.code.endswith("_reworded"):
        return value or "–"
    return value_in_words(change.key, value, roles)


def _hint(tree: Tree, at: str, hint: Rule) -> str:
    node = tree.nodes.get(at)
    suggested = node.answer(hint.suggest) if node else None
    label = _spoken(suggested.label) if suggested else hint.suggest
    return gettext("“%(answer)s” if %(rule)s") % {"answer": label, "rule": rule_in_words(hint)}


def _place(tree: Tree, before: str | None) -> str:
    return gettext("after “%(name)s”") % {"name": name_in(tree, before)} if before else gettext("first")


def _spoken(text: Text) -> str:
    return text.in_language(get_language() or "en")

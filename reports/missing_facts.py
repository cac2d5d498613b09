"""The facts that rules may name but nothing can measure yet: said once, on the page about channels."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from playbooks.rules import NotComputable
from playbooks.vocabulary import label_of
from triage.facts import NOT_YET


@dataclass(frozen=True, slots=True)
class MissingFact:
    key: str
    label: str
    reason: str


def missing_facts(not_yet: Mapping[str, NotComputable] = NOT_YET) -> list[MissingFact]:
    """In the reader's language."""
    return [MissingFact(key, label_of(key), gettext(fact.reason)) for key, fact in not_yet.items()]

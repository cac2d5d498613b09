"""Reads scenarios: the list that words narrow, and one all that was prepared for it, in a fixed number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from playbooks.models import Level, Scenario, Sign, StatementTemplate
from playbooks.placeholders import Placeholder, open_in

MOST_WORDS = 8
NAMED = ("name_en", "name_de", "when_en", "when_de", "slug")
ROWS = (
    "sign_rows", "donot_rows", "outlet_rows", "scenariorole_rows__role", "scenariotask_rows__role",
    "scenariostrategy_rows", "statements",
)  # fmt: skip


def scenarios(query: str = "", level: str = "") -> QuerySet[Scenario]:
    """In their order; each of the words is in its name, in when it applies or in one of its signs."""
    found = Scenario.objects.filter(level=level) if level in Level.values else Scenario.objects.all()
    for word in query.split()[:MOST_WORDS]:
        named = Q(*((f"{field}__icontains", word) for field in NAMED), _connector=Q.OR)
        signs = Sign.objects.filter(Q(text_en__icontains=word) | Q(text_de__icontains=word), scenario=OuterRef("pk"))
        found = found.filter(named | Exists(signs))
    return found


def whole(slug: str) -> Scenario:
    """With its rows, roles and statements. Raises Scenario.DoesNotExist."""
    return Scenario.objects.select_related("policy").prefetch_related(*ROWS).get(slug=slug)


@dataclass(frozen=True, slots=True)
class MomentOf:
    """What is said at one moment, the short text first."""

    name: str
    slug: str
    statements: list[StatementTemplate]


def moments_of(scenario: Scenario) -> Iterator[MomentOf]:
    """The moments that have statements, in the order in which they come."""
    for moment in StatementTemplate.Moment:
        rows = [row for row in scenario.statements.all() if row.moment == moment]
        if rows:
            yield MomentOf(str(moment.label), moment.value, sorted(rows, key=lambda row: row.fits, reverse=True))


def placeholders_of(scenario: Scenario) -> list[Placeholder]:
    """What somebody fills in before any of its statements goes out, each once."""
    texts = (text for row in scenario.statements.all() for text in (row.text_en, row.text_de))
    return list(dict.fromkeys(found for text in texts for found in open_in(text)))

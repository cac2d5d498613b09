"""What the report of a replay shows: the counts in words, and samples of what its reader may see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models.functions import Left
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from playbooks.explain import node_of
from playbooks.models import Disposition, Level
from playbooks.tree import Tree
from plumbing.models import Job
from triage.change_report import AGREES, DIFFERS, SAYS_NOTHING, Change, ChangeReport, End
from triage.models import Triage
from triage.replay_job import comparison_of

SHOWN = 5  # samples of each change
EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """One side of a change in words."""

    disposition: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """`hidden`: all its samples belong to channels that the reader does not see."""

    old: Shown
    new: Shown
    count: int
    samples: Sequence[Triage]
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class LevelRow:
    old: Level
    new: Level
    count: int
    samples: Sequence[Triage]
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """How many before and after."""

    name: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class ReportScreen:
    report: ChangeReport
    changes: list[ChangeRow]
    levels: list[LevelRow]
    balances: list[Balance]
    agreement: list[Balance]


def report_screen(job: Job, reader: User) -> ReportScreen:
    """Of a job that is done; a constant number of queries."""
    report, compared = ChangeReport.from_json(job.result or {}), comparison_of(job)
    rows = _visible_rows(report, reader)
    return ReportScreen(
        report=report,
        changes=[
            ChangeRow(
                shown(old, compared.before.trees),
                shown(new, compared.after.trees),
                change.count,
                *_samples(change, rows),
            )
            for old, new, change in report.most_frequent()
        ],
        levels=[
            LevelRow(Level(old), Level(new), change.count, *_samples(change, rows))
            for (old, new), change in sorted(report.severities.items(), key=lambda item: -item[1].count)
        ],
        balances=list(_balances(report)),
        agreement=list(_agreement(report)),
    )


def shown(end: End, trees: Mapping[str, Tree]) -> Shown:
    language = get_language() or "en"
    slug, _slash, name = end.at.partition("/")
    if end.disposition:
        outcome = trees[slug].outcomes.get(name) if slug in trees else None
        text = outcome.text.in_language(language) if outcome else end.at
        return Shown(end.disposition, str(Disposition(end.disposition).label), text)
    node = node_of(end.at, trees)
    if node:
        return Shown("", _("Question open"), node.question.in_language(language))
    return Shown("", _("No way through"), _("The walk finds no outcome and no question."))


def _visible_rows(report: ChangeReport, reader: User) -> dict[int, Triage]:
    changes = [*report.outcomes.values(), *report.severities.values()]
    wanted = {pk for change in changes for pk in change.samples}
    rows = Triage.objects.visible_to(reader).filter(pk__in=wanted, mention__deleted_at=None)
    loaded = rows.select_related("mention__author", "mention__reading", "channel")
    kept = loaded.defer("mention__text", "mention__search", "mention__engagement", "mention__attachments")
    return {row.pk: row for row in kept.annotate(excerpt=Left("mention__text", EXCERPT))}


def _samples(change: Change, rows: Mapping[int, Triage]) -> tuple[list[Triage], bool]:
    found = [rows[pk] for pk in change.samples if pk in rows][:SHOWN]
    return found, not found


def _balances(report: ChangeReport) -> Iterator[Balance]:
    for disposition in Disposition:
        yield Balance(str(disposition.label), report.before[disposition], report.after[disposition])
    yield Balance(_("Question open"), report.before[""], report.after[""])


def _agreement(report: ChangeReport) -> Iterable[Balance]:
    names = {
        AGREES: _("Suggests what people decided"),
        DIFFERS: _("Suggests something else"),
        SAYS_NOTHING: _("Leaves a question open"),
    }
    for says, name in names.items():
        yield Balance(name, report.agreement["before", says], report.agreement["after", says])

"""`manage.py replay --check`: recomputes suggestions from what they kept, and fails when one comes out otherwise."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from triage.recompute import CheckReport, Fault, check

SHOWN = 20


class Command(BaseCommand):
    help = "Recomputes suggestions from their facts in the exact versions they name. Exit code 1 if one differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", required=True, help="compare each with what is stored")
        parser.add_argument("--last", type=int, metavar="N", help="only the newest N")
        parser.add_argument("--drift", action="store_true", help="also say which facts have another value today")

    def handle(self, *args: Any, **options: Any) -> None:
        report = check(last=options["last"], with_drift=options["drift"])
        self.stdout.write(
            f"{report.checked:,} checked, {report.fault_count:,} faults, {report.unchecked:,} not checked"
        )
        for fault in report.faults[:SHOWN]:
            self.stdout.write(in_words(fault))
        if options["drift"]:
            self.tell_drift(report)
        if report.fault_count:
            raise CommandError(f"{report.fault_count:,} suggestions are not what their facts give.", returncode=1)

    def tell_drift(self, report: CheckReport) -> None:
        self.stdout.write(f"{report.drifted:,} would see another fact today")
        for fact, count in report.drift.most_common():
            self.stdout.write(f"  {fact}: {count:,}")


def in_words(fault: Fault) -> str:
    """One line per fault; a path is named, not printed."""
    parts = (
        one.part if one.part == "path" else f"{one.part} {one.stored!r}, recomputed {one.recomputed!r}"
        for one in fault.differences
    )
    return f"mention {fault.mention_id}, suggestion {fault.suggestion_id}: {'; '.join(parts)}"

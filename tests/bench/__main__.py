"""`python -m tests.bench`: prints one table, writes VAR_DIR/bench.json, and says on the way what it has measured."""

import os
import sys
from pathlib import Path

import django

FOLDER = Path(os.environ.get("VAR_DIR") or "var")  # before the test settings put a passing folder in its place
os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "DEBUG": "0", "LOG_LEVEL": "WARNING"}
django.setup()

from tests.bench import bursts, flatness, intake, over_http, pager, replays  # noqa: E402
from tests.bench.databases import own_database  # noqa: E402
from tests.bench.figures import Figure, machine, table, write  # noqa: E402

figures: list[Figure] = []
with own_database():
    for part in (flatness, replays, intake, over_http, bursts, pager):
        for figure in part.measure():
            print(f"{figure.name}: {figure.ratio[0]}", file=sys.stderr)
            figures.append(figure)
    write(FOLDER / "bench.json", machine(), figures)
print(table(figures))

"""What is measured: pairs of durations, ours and a baseline's, taken in turn so that noise meets both alike."""

import json
import os
import platform
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

Act = Callable[[], object]
Timed = Callable[[], float]  # acts, and says how many seconds it took
Pair = tuple[float, float]  # seconds: ours, the baseline's
HEADINGS = ("figure", "baseline", "ratio", "min–max", "ours", "baseline's", "blocks", "aim")
FEWEST, MOST = 9, 100  # rounds


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is [median, min, max] over the rounds: how many times as fast as the baseline where the unit is /s, how
    many times as long where it is ms, as much where it is MB. `blocks` of 8 kB were looked at by the queries: ours, the
    baseline's."""

    name: str
    baseline: str
    unit: str
    ratio: Sequence[float]
    ours: float
    baselines: float
    aim: float | None = None  # at least where it is about speed, at most where it is about time
    blocks: tuple[int, int] | None = None

    @property
    def is_met(self) -> bool | None:
        if self.aim is None:
            return None
        return self.ratio[0] >= self.aim if self.unit == "/s" else self.ratio[0] <= self.aim

    def row(self) -> list[str]:
        middle, least, most = (f"{value:.2f}" for value in self.ratio)
        aim = "" if self.aim is None else f"{'≥' if self.unit == '/s' else '≤'} {self.aim}"
        return [
            self.name,
            self.baseline,
            middle,
            f"{least}–{most}",
            *(f"{value:,.{self.unit.count('m')}f} {self.unit}" for value in (self.ours, self.baselines)),
            "{:,} : {:,}".format(*self.blocks) if self.blocks else "",
            f"{aim}, missed" if self.is_met is False else aim,
        ]


def speed(name: str, baseline: str, items: int, pairs: Sequence[Pair], aim: float | None = None) -> Figure:
    """How fast we handle `items`, as a share of the baseline's speed."""
    ours, baselines = (items / median(side) for side in zip(*pairs, strict=True))
    return Figure(name, baseline, "/s", spread(base / own for own, base in pairs), ours, baselines, aim)


def growth(name: str, baseline: str, pairs: Sequence[Pair], aim: float, blocks: tuple[int, int]) -> Figure:
    """How many times as long it takes as the baseline."""
    ours, baselines = (1000 * median(side) for side in zip(*pairs, strict=True))
    return Figure(name, baseline, "ms", spread(own / base for own, base in pairs), ours, baselines, aim, blocks)


def memory(name: str, baseline: str, ours: Act, base: Act, aim: float) -> Figure:
    """How many times as much memory Python's objects take at the peak, as the baseline's."""
    peaks = peak_of(ours), peak_of(base)
    return Figure(name, baseline, "MB", spread([peaks[0] / peaks[1]]), *peaks, aim)


def spread(ratios: Iterable[float]) -> list[float]:
    found = sorted(ratios)
    return [round(value, 3) for value in (median(found), found[0], found[-1])]


def seconds(act: Act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def peak_of(act: Act) -> float:
    """MB; of an act that was tried before, so that everything is loaded that stays."""
    tracemalloc.start()
    act()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def in_turn(turn: int, ours: Timed, baseline: Timed) -> Pair:
    """Both once; every other turn the baseline goes first."""
    if turn % 2:
        base = baseline()
        return ours(), base
    return ours(), baseline()


def rounds_within(budget: float, ours: Timed, baseline: Timed) -> Iterator[Pair]:
    """As many rounds as fit into `budget` seconds, within reason; the first one warms up and does not count."""
    in_turn(0, ours, baseline)
    end = time.perf_counter() + budget
    for turn in range(MOST):
        if turn >= FEWEST and time.perf_counter() > end:
            return
        yield in_turn(turn, ours, baseline)


def machine() -> dict[str, Any]:
    version = connection.pg_version
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": f"{version // 10_000}.{version % 10_000}",
    }


def table(figures: Iterable[Figure]) -> str:
    """Markdown whose columns line up on a terminal too."""
    rows = [list(HEADINGS), *(figure.row() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def write(path: Path, about: dict[str, Any], figures: Iterable[Figure]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(figure) | {"is_met": figure.is_met} for figure in figures]
    path.write_text(json.dumps({"machine": about, "figures": rows}, indent=2, ensure_ascii=False) + "\n")

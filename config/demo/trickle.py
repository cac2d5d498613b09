"""Whether the demo's live scene goes on: a file in VAR_DIR, looked at before each line, asks it to stop."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from config.demo.script import read_script
from config.demo.stage import not_yet_said


@dataclass(frozen=True, slots=True)
class TrickleState:
    arrived: int
    total: int
    is_stopped: bool

    @property
    def is_running(self) -> bool:
        return self.arrived < self.total and not self.is_stopped


def stop_file() -> Path:
    return Path(settings.VAR_DIR) / "demo-is-stopped"


def stop() -> None:
    """Nothing more arrives by itself until the next start."""
    stop_file().touch()


def go() -> None:
    stop_file().unlink(missing_ok=True)


def is_stopped() -> bool:
    return stop_file().exists()


def state() -> TrickleState:
    scene = [line for line in read_script() if not line.is_past]
    return TrickleState(len(scene) - len(not_yet_said(scene)), len(scene), is_stopped())

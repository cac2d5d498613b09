"""Which play a session is in, and whether its invitation was put away."""

from django.http import HttpRequest

from config.demo.play.identity import is_player
from config.demo.play.run import Run

PLAY, DISMISSED = "demo-play", "demo-play-dismissed"


def run_of(request: HttpRequest) -> Run | None:
    """The play of this session; None for everybody but its player."""
    return Run.of(request.session.get(PLAY)) if is_player(request) else None


def keep(request: HttpRequest, run: Run) -> None:
    request.session[PLAY] = run.as_kept()


def forget(request: HttpRequest) -> None:
    request.session.pop(PLAY, None)

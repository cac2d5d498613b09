"""The strip above every page while somebody plays: what has happened, what to do next, and the way there."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from config.demo.play.guide import Phase, Stand, stand_of
from config.demo.play.session import DISMISSED, run_of

STEPS = 4


@dataclass(frozen=True, slots=True)
class Guidance:
    """Step `number` of STEPS; `keys` are printed as keys, `action` is the label of the link to `url`."""

    number: int
    text: str
    why: str
    url: str = ""
    action: str = ""
    keys: tuple[str, ...] = ()


def strip_context(request: HttpRequest, here: str) -> dict[str, Any]:
    """For `_play_strip.html`: `guidance` of a play, or `invites`, or neither. `here` is the page's address."""
    if not settings.DEMO or not request.user.is_authenticated:
        return {}
    run = run_of(request)
    if run is None:
        on_inbox = here.partition("?")[0] == reverse("triage:inbox")
        return {"invites": on_inbox and not request.session.get(DISMISSED), "mark": ""}
    stand = stand_of(run)
    guidance = guidance_for(stand, here)
    mark = f"{stand.mark}-{guidance.number}-{bool(guidance.url)}"
    return {"guidance": guidance, "stand": stand, "here": here, "mark": mark, "steps": STEPS}


def guidance_for(stand: Stand, here: str) -> Guidance:
    url = reverse("triage:mention", args=[stand.mention.pk]) if stand.mention else ""
    is_open = bool(url) and here.partition("?")[0] == url
    if stand.phase == Phase.ARRIVING:
        return arriving()
    if stand.phase == Phase.WAITING:
        return decide_it() if is_open else open_it(url)
    if stand.phase == Phase.DECIDED:
        return decided_otherwise("" if is_open else url)
    if stand.phase == Phase.CALLING:
        return calling()
    if stand.phase == Phase.CALLED:
        return called(here)
    return taken(here)


def arriving() -> Guidance:
    return Guidance(
        1, _("Somebody has just written about us."), _("The mention is being read, and the playbook is walked.")
    )


def open_it(url: str) -> Guidance:
    return Guidance(
        1,
        _("It stands at the top of the queue: open it."),
        _("A word of danger fired, so it is critical, whatever came before it."),
        url,
        _("Open the mention"),
    )


def decide_it() -> Guidance:
    return Guidance(
        2,
        _("Answer the question with Yes, see who would be called, then accept."),
        _("A risk is never ticked off by software: a person says yes or no."),
        keys=("1", "A"),
    )


def decided_otherwise(url: str) -> Guidance:
    return Guidance(
        2,
        _("Decided, but nobody is called. Decide anew and escalate, to see the pager at work."),
        _("The later decision supersedes yours; both stay on record."),
        url,
        _("Open the mention") if url else "",
    )


def calling() -> Guidance:
    return Guidance(3, _("Escalated. The pager is calling."), _("The first step of the policy fires at once."))


def called(here: str) -> Guidance:
    url = reverse("demo-play-phone")
    if here == url or here.startswith("/p/"):
        return Guidance(
            3,
            _("You are Pedro now. Follow the link in the mail and press “I have it”."),
            _("The link works without signing in, once, and only for him."),
        )
    return Guidance(
        3,
        _("Pedro has mail. Now be Pedro: pick up his phone."),
        _("Until somebody has it, the policy goes on calling."),
        url,
        _("Pick up Pedro’s phone"),
    )


def taken(here: str) -> Guidance:
    url = reverse("demo-play-times")
    if here == url:
        return Guidance(
            4, _("Done. This is how long it took."), _("Every figure is read from the rows of this console.")
        )
    return Guidance(
        4,
        _("Somebody has it: the clock has stopped."),
        _("Nobody else is called now."),
        url,
        _("See the times"),
    )

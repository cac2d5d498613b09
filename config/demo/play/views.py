"""`/demo/play/`: the guided scene. Each view looks at the rows, says where the play stands, and leads on."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.time_zones import zone_named
from config.demo import kept_mails
from config.demo import trickle as background
from config.demo.play import times as figures
from config.demo.play.guide import Phase, deliveries_of, page_of, stand_of
from config.demo.play.identity import ANSWERS, PLAYER, become_player, demo_person
from config.demo.play.run import Run, arrive, clear_away
from config.demo.play.session import DISMISSED, forget, keep, run_of
from config.demo.play.strip import strip_context
from crisis.links import link_of

NO_CONTENT = 204


@login_not_required
@require_safe
@never_cache
def intro(request: HttpRequest) -> HttpResponse:
    """What will happen, and the button that begins it. Visitors see it too."""
    context = {"run": run_of(request), "trickle": background.state()}
    return render(request, "demo/play.html", context)


@login_not_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """A new play, as maya; an earlier one of this session is cleared away, and the trickle rests."""
    earlier = run_of(request)
    become_player(request)
    if earlier:
        clear_away(earlier, demo_person(ANSWERS))
    background.stop()
    run = Run.begin(get_language() or "", timezone.now())
    keep(request, run)
    arrive(run, timezone.now())
    return redirect("triage:inbox")


@require_POST
def go_on(request: HttpRequest) -> HttpResponse:
    """Lets arrive what is due, and says what is next; htmx gets the strip when it has something new to say."""
    run = run_of(request)
    if run is None:
        return redirect("demo-play")
    arrive(run, timezone.now())
    here = request.htmx.current_url_abs_path or request.POST.get("here", "")
    context = strip_context(request, here)
    if not request.htmx:
        return redirect(here if is_ours(request, here) else "triage:inbox")
    if context["mark"] == request.POST.get("mark"):
        return HttpResponse(status=NO_CONTENT)
    return render(request, "demo/_play_strip.html", context)


def is_ours(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


@require_safe
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """Pedro's phone: the kept mail about this play, with its real link."""
    run = run_of(request)
    stand = stand_of(run) if run else None
    if stand is None or stand.escalation is None:
        return redirect("demo-play")
    page = page_of(stand.escalation)
    mail = find_mail(link_of(page)) if page else None
    shown = list(kept_mails.linked(mail.text, settings.PUBLIC_URL)) if mail else []
    person = demo_person(ANSWERS)
    context = {"mail": mail, "pieces": shown, "link": link_of(page) if page else "", "person": person}
    with timezone.override(zone_named(person.time_zone)):
        return render(request, "demo/_phone.html" if request.htmx else "demo/phone.html", context)


def find_mail(link: str) -> kept_mails.KeptMail | None:
    mails = kept_mails.newest(Path(settings.EMAIL_FILE_PATH), limit=50)
    return next((mail for mail in mails if link in mail.text), None)


@require_safe
@never_cache
def times(request: HttpRequest) -> HttpResponse:
    """How long it took, what was promised, and what would have come."""
    run = run_of(request)
    stand = stand_of(run) if run else None
    if stand is None or stand.escalation is None or stand.mention is None or stand.phase != Phase.TAKEN:
        return redirect("demo-play")
    moments = figures.moments_of(stand)
    context = {
        "moments": moments,
        "total": moments[-1].since,
        "escalation": stand.escalation,
        "mention": stand.mention,
        "mails": deliveries_of(stand.escalation).count(),
        "otherwise": figures.otherwise(stand.escalation),
        "exhausted_after": figures.exhausted_after(stand.escalation),
        "before_it": figures.before_it(stand.mention),
    }
    return render(request, "demo/times.html", context)


@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Ends the play and takes its mentions out of the queue."""
    run = run_of(request)
    if run:
        clear_away(run, demo_person(ANSWERS))
        forget(request)
        messages.success(request, _("The play is cleared away. What it recorded stays in the archive."))
    return redirect("triage:inbox")


@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Hides the invitation for this session."""
    request.session[DISMISSED] = True
    return redirect("triage:inbox")


@require_POST
def trickle(request: HttpRequest) -> HttpResponse:
    """Stops what arrives by itself after the first start."""
    demo_person(PLAYER)
    background.stop()
    return redirect("demo-play")

"""Escalations in the browser: the list, one escalation, the three answers, and the link out of a message."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.time_zones import zone_named
from crisis import escalate, rights
from crisis.engine_health import engine_state_for
from crisis.links import page_for
from crisis.models import Acknowledgement, Escalation, Page
from crisis.screens import detail_screen, list_screen
from plumbing.keyset import BadCursor

by_fragment = vary_on_headers("HX-Request")
Via = Acknowledgement.Via


@require_safe
@never_cache
@by_fragment
@permission_required(rights.VIEW, raise_exception=True)
def escalations(request: HttpRequest) -> HttpResponse:
    """`/escalations/?cursor=`: open ones first, with their countdown. Context: screens.list_screen.

    htmx gets `_escalations.html`, or `_closed_rows.html` when it asks for older ones.
    """
    cursor = request.GET.get("cursor")
    try:
        context = list_screen(cursor, request.user)
    except BadCursor as error:
        raise Http404(_("This address is not one of ours.")) from error
    if not wants_fragment(request):
        return render(request, "crisis/escalations.html", context)
    return render(request, "crisis/_closed_rows.html" if cursor else "crisis/_escalations.html", context)


@require_safe
@never_cache
@by_fragment
def escalation(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """`/escalations/9/`: for those with the right, and for whoever it called. Context: screens.detail_screen.

    For all others there is none. htmx gets `_escalation.html`.
    """
    found = Escalation.objects.select_related("opened_by", "mention").filter(pk=escalation_id).first()
    if found is None or not rights.may_view(request.user, found):
        raise Http404(_("There is no such escalation."))
    template = "crisis/_escalation.html" if wants_fragment(request) else "crisis/escalation.html"
    return render(request, template, detail_screen(found, request.user))


@require_POST
def acknowledge(request: HttpRequest, escalation_id: int) -> HttpResponse:
    def act() -> tuple[Escalation, str]:
        found = escalate.acknowledge(escalation_id, request.user, Via.CONSOLE)
        mine = rights.holder_of(found) == request.user
        return found, _("You have it.") if mine else _("Somebody was faster.")

    return answer(request, act)


@require_POST
def resolve(request: HttpRequest, escalation_id: int) -> HttpResponse:
    return answer(request, lambda: (escalate.resolve(escalation_id, request.user), _("Resolved.")))


@require_POST
def cancel(request: HttpRequest, escalation_id: int) -> HttpResponse:
    said = _("Cancelled. Whoever was called is told to stand down.")
    return answer(request, lambda: (escalate.cancel(escalation_id, request.user), said))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """`/p/TOKEN/`: GET asks, only POST takes over, because mail scanners follow links. Needs no signing in.

    Template `link.html`: `page` (None when there is no such link), `escalation`, `is_mine` (taken over by this
    person), `can_answer`. It shows severity and title and nothing else of the escalation.
    """
    page = page_for(token)
    if page is None:
        return render(request, "crisis/link.html", {"page": None}, status=404)
    with translation.override(page.person.language), timezone.override(zone_named(page.person.time_zone)):
        if request.method == "POST" and page.is_good:
            escalate.acknowledge(page.escalation_id, page.person, Via.LINK, page)
            return redirect("crisis:link", token)
        response = render(request, "crisis/link.html", link_context(page))
    response.headers["Content-Language"] = page.person.language
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def link_context(page: Page) -> dict[str, object]:
    escalation = page.escalation
    return {
        "page": page,
        "escalation": escalation,
        "is_mine": rights.holder_of(escalation) == page.person,
        "can_answer": page.is_good and escalation.is_calling,
    }


@require_safe
@never_cache
def engine(request: HttpRequest) -> HttpResponse:
    """`/engine/`: the banner of every page, empty while all is well and for whoever may not read escalations.

    Context: `engine` (engine_health.EngineState).
    """
    return render(request, "crisis/_engine_strip.html", {"engine": engine_state_for(request.user)})


def answer(request: HttpRequest, act: Callable[[], tuple[Escalation, str]]) -> HttpResponse:
    """Does it, says so, and shows the escalation as it is now: in place for htmx, else by way of its page."""
    try:
        found, said = act()
    except Escalation.DoesNotExist as error:
        raise Http404(_("There is no such escalation.")) from error
    messages.success(request, said)
    if wants_fragment(request):
        return render(request, "crisis/_answered.html", detail_screen(found, request.user))
    return redirect("crisis:escalation", found.pk)


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; on a history restore it wants the whole page again."""
    return bool(request.htmx) and not request.htmx.history_restore_request

"""Looks at the inbox: the queue, one mention, and the fragments that keep an open page true."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from plumbing.keyset import BadCursor
from plumbing.whole_number import whole_number
from triage import inbox as reads
from triage.card import card_of
from triage.conflict import decision_in_force
from triage.inbox import Filters
from triage.models import Triage
from triage.screens import detail_screen, inbox_screen, rows_screen

may_view = permission_required("triage.view_triage", raise_exception=True)
PARTS_OF_THE_CARD = ("decision", "wake")
by_fragment = vary_on_headers("HX-Request", "HX-Target")


def of_a_mention(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """404 where the view finds no such mention in the inbox or place in the queue, or one of another unit."""

    @wraps(view)
    def guarded(request: HttpRequest, mention_id: int, **more: int) -> HttpResponse:
        try:
            if Triage.objects.keeps_from(request.user, mention_id):
                raise Triage.DoesNotExist
            return view(request, mention_id, **more)
        except Triage.DoesNotExist as error:
            raise Http404(_("There is no such mention.")) from error
        except BadCursor as error:
            raise no_such_place() from error

    return guarded


def no_such_place() -> Http404:
    return Http404(_("This address of the queue is not one of ours."))


@require_safe
@never_cache
@by_fragment
@may_view
def inbox(request: HttpRequest) -> HttpResponse:
    """`/inbox/?view=&q=&channel=&severity=&cursor=`: the whole page; more rows for htmx with a cursor."""
    filters = Filters.of(request.GET)
    try:
        if wants_fragment(request) and "cursor" in request.GET:
            return render(request, "triage/_rows.html", rows_screen(request, filters))
        return render(request, "triage/inbox.html", inbox_screen(request, filters))
    except BadCursor as error:
        raise no_such_place() from error


@require_safe
@never_cache
@by_fragment
@may_view
@of_a_mention
def mention(request: HttpRequest, mention_id: int) -> HttpResponse:
    """`/m/42/?answer:tree/node=&ask=&choose=&severity=&rev=`: the inbox with its pane open; for htmx the pane, or the
    decision card alone when that is the target."""
    filters = Filters.of(request.GET)
    is_card = wants_fragment(request) and request.htmx.target in PARTS_OF_THE_CARD
    card = card_of(mention_id, filters, request.GET, alone=is_card)
    if not wants_fragment(request):
        return render(request, "triage/inbox.html", inbox_screen(request, filters, card))
    template = "triage/_decision_card.html" if is_card else "triage/_detail.html"
    return render(request, template, detail_screen(request, card))


@require_safe
@never_cache
@may_view
@of_a_mention
def row(request: HttpRequest, mention_id: int) -> HttpResponse:
    """One row of the queue, drawn anew in its place after something happened to it."""
    context = {
        "row": reads.one_row(mention_id, request.user),
        "filters": Filters.of(request.GET),
        "person": request.user,
    }
    return render(request, "triage/_row.html", context)


@require_safe
@never_cache
@may_view
@of_a_mention
def notice(request: HttpRequest, mention_id: int) -> HttpResponse:
    """`?rev=3`: empty while the screen is true, else what happened to the mention since."""
    triage = Triage.objects.select_related("assignee").get(pk=mention_id)
    rev = whole_number(request.GET.get("rev", ""))
    context = {"triage": triage, "rev": triage.rev if rev is None else rev}
    if context["rev"] != triage.rev:
        context["decision"] = decision_in_force(mention_id) if triage.state == Triage.State.DECIDED else None
    return render(request, "triage/_notice.html", context | {"filters": Filters.of(request.GET)})


@require_safe
@never_cache
@may_view
def new_count(request: HttpRequest) -> HttpResponse:
    """`?since=TIME`: what came into this view of the queue since the page was made."""
    filters = Filters.of(request.GET)
    since = time_of(request.GET.get("since", ""))
    context = {"new": reads.new_since(since, filters, request.user), "filters": filters}
    return render(request, "triage/_new_count.html", context | {"since": since.isoformat() if since else ""})


def time_of(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; on a history restore it wants the whole page again."""
    return bool(request.htmx) and not request.htmx.history_restore_request

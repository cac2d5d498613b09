"""What we are about to say, what nobody knows the fate of, and the switch that silences a channel."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import User
from monitoring.models import OutboundPost
from monitoring.outbound import pause_publishing, posting_channels, resume_publishing
from monitoring.outbound import take_back as take_post_back
from monitoring.outbound.verdicts import VERDICTS, give_verdict

MOST_SHOWN = 50
may_view = permission_required("monitoring.view_outboundpost", raise_exception=True)
may_settle = permission_required("monitoring.settle_outboundpost", raise_exception=True)
may_pause = permission_required("monitoring.pause_publishing", raise_exception=True)
TOO_LATE = _("Too late: somebody or something was faster.")


@require_safe
@never_cache
@vary_on_headers("HX-Request")
@may_view
def outbound(request: HttpRequest) -> HttpResponse:
    """The page, or for htmx its part that lives."""
    whole = not request.htmx or request.htmx.history_restore_request
    return render(request, "monitoring/outbound.html" if whole else "monitoring/_outbound.html", screen(request.user))


@require_POST
@may_settle
def settle(request: HttpRequest, post_id: int) -> HttpResponse:
    """`verdict`: one of VERDICTS, by a person who looked."""
    post = get_object_or_404(OutboundPost.objects.visible_to(request.user), pk=post_id)
    verdict = request.POST.get("verdict", "")
    if verdict not in VERDICTS:
        raise BadRequest
    say(request, give_verdict(post.pk, verdict, by=request.user), VERDICTS[verdict].done)
    return answer(request)


@require_POST
@may_settle
def take_back(request: HttpRequest, post_id: int) -> HttpResponse:
    post = get_object_or_404(OutboundPost.objects.visible_to(request.user), pk=post_id)
    say(request, take_post_back(post.pk), _("Taken back: it was not sent."))
    return answer(request)


@require_POST
@may_pause
def publishing(request: HttpRequest, slug: str) -> HttpResponse:
    """`do`: pause or resume."""
    channel = get_object_or_404(posting_channels().visible_to(request.user), slug=slug)
    acts: Mapping[str, tuple[Callable[[int, User], bool], Promise]] = {
        "pause": (lambda pk, person: pause_publishing(pk, by=person), _("Publishing is paused.")),
        "resume": (lambda pk, _person: resume_publishing(pk), _("Publishing goes on.")),
    }
    if request.POST.get("do") not in acts:
        raise BadRequest
    act, done = acts[request.POST["do"]]
    say(request, act(channel.pk, request.user), done)
    return answer(request)


def screen(person: User) -> dict[str, object]:
    """`needing`: unknown and failed, `standing`: waiting and being sent, newest first; `channels` that can post."""
    rows = OutboundPost.objects.visible_to(person).select_related("channel", "author", "in_reply_to").order_by("-id")
    return {
        "needing": rows.filter(state__in=OutboundPost.FOR_A_PERSON)[:MOST_SHOWN],
        "standing": rows.filter(state__in=OutboundPost.OPEN_STATES)[:MOST_SHOWN],
        "channels": posting_channels().visible_to(person).select_related("publishing_paused_by"),
    }


def say(request: HttpRequest, happened: bool, done: str | Promise) -> None:
    if happened:
        messages.success(request, done)
    else:
        messages.error(request, TOO_LATE)


def answer(request: HttpRequest) -> HttpResponse:
    if request.htmx:
        return render(request, "monitoring/_outbound_changed.html", screen(request.user))
    return redirect("monitoring:outbound")

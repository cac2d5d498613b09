"""Changes from the inbox: decide, take on, reply. Each is a plain form; htmx gets the part that changed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_htmx.http import push_url, reswap, retarget

from monitoring.models import OutboundPost
from playbooks.models import Disposition
from triage import inbox
from triage.assign import assign
from triage.card import card_of
from triage.conflict import Conflict
from triage.decide import record_decision
from triage.forms import AssignForm, DecisionForm, ReplyForm
from triage.guide import answers_from
from triage.inbox import Filters
from triage.models import Decision, Suggestion, Triage
from triage.refusal import Refused
from triage.reply import keep_reply, mark_posted, respond
from triage.screens import detail_screen, inbox_screen
from triage.views import of_a_mention
from triage.walked import walk_again

may_decide = permission_required(("triage.view_triage", "triage.add_decision"), raise_exception=True)
may_reply = permission_required(("triage.view_triage", "triage.add_reply"), raise_exception=True)
WAITS = _("Decided: respond. The reply goes out in 10 seconds.")
DONE = {
    Disposition.RESPOND: _("Decided: respond."),
    Disposition.IGNORE: _("Decided: ignore."),
    Disposition.ESCALATE: _("Escalated. The people on duty are being called."),
}


@require_POST
@may_decide
@of_a_mention
def decide(request: HttpRequest, mention_id: int) -> HttpResponse:
    """Records the decision, then opens the next mention of the view. 409 and 422 show the card again, with what the
    person typed."""
    form = DecisionForm(request.POST)
    place = Triage.objects.only(*inbox.OPEN_ORDER).get(pk=mention_id)
    if not form.is_valid():
        return show_card(request, mention_id, 422, form)
    try:
        decision = record(mention_id, request, form.cleaned_data)
    except Conflict as conflict:
        return show_card(request, mention_id, 409, form, conflict)
    except Refused as refused:
        form.add_lacks(refused.lacks, walk_again(suggestion_of(mention_id), answers_from(request.POST)))
        return show_card(request, mention_id, 422, form)
    say_done(request, decision)
    return show_next(request, place)


@require_POST
@may_decide
@of_a_mention
def assign_mention(request: HttpRequest, mention_id: int) -> HttpResponse:
    """Gives the mention to the person who asks, or to nobody; htmx gets who has it now."""
    filters, form = Filters.of(request.GET), AssignForm(request.POST)
    if not form.is_valid():
        return redirect("triage:mention", mention_id)
    to = request.user if form.cleaned_data["to"] == "me" else None
    try:
        triage = assign(mention_id, to=to, rev=form.cleaned_data["rev"])
    except Conflict as conflict:
        return show_card(request, mention_id, 409, conflict=conflict)
    if not request.htmx:
        return redirect(filters.on(reverse("triage:mention", args=[mention_id])))
    context = {"triage": triage, "rev": triage.rev, "filters": filters, "person": request.user}
    return render(request, "triage/_assigned.html", context)


@require_POST
@may_reply
@of_a_mention
def add_reply(request: HttpRequest, mention_id: int) -> HttpResponse:
    """Keeps a further reply to a mention that is decided already."""
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return show_replies(request, mention_id, form, 422)
    try:
        keep_reply(mention_id, by=request.user, **form.cleaned_data)
    except Conflict as conflict:
        return show_card(request, mention_id, 409, conflict=conflict)
    except Refused as refused:
        form.add_lacks(refused.lacks)
        return show_replies(request, mention_id, form, 422)
    return show_replies(request, mention_id, ReplyForm(), 200)


@require_POST
@may_reply
@of_a_mention
def posted(request: HttpRequest, mention_id: int, post_id: int) -> HttpResponse:
    """The person put the text where it belongs."""
    mark_posted(mention_id, post_id, by=request.user)
    return show_replies(request, mention_id, ReplyForm(), 200)


def record(mention_id: int, request: HttpRequest, said: dict[str, Any]) -> Decision:
    """The decision as the form says it; with a text, its reply in the same transaction."""
    text, template = said.pop("text"), said.pop("template")
    shared = said | {"by": request.user, "via": Decision.Via.CONSOLE, "answers": answers_from(request.POST)}
    if said["disposition"] != Disposition.RESPOND or not text.strip():
        return record_decision(mention_id, **shared)
    if not request.user.has_perm("triage.add_reply"):
        raise PermissionDenied
    del shared["disposition"]
    return respond(mention_id, text=text, template=template, **shared)


def say_done(request: HttpRequest, decision: Decision) -> None:
    """What was decided; where a reply waits to go out, with the address that takes it back."""
    waiting = OutboundPost.objects.filter(reply__decision=decision, state=OutboundPost.State.WAITING).first()
    if waiting is None:
        messages.success(request, DONE[Disposition(decision.disposition)])
    else:
        messages.success(request, WAITS, extra_tags=take_back_url(request, decision.mention_id, waiting.pk))


def take_back_url(request: HttpRequest, mention_id: int, post_id: int) -> str:
    return Filters.of(request.GET).on(reverse("triage:take-back", args=[mention_id, post_id]))


def suggestion_of(mention_id: int) -> Suggestion:
    return Suggestion.objects.get(triage=mention_id)


def show_card(
    request: HttpRequest,
    mention_id: int,
    status: int,
    form: DecisionForm | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    """What stood in the way: the card for htmx, else the whole page."""
    is_fragment = bool(request.htmx)
    card = card_of(mention_id, Filters.of(request.GET), request.POST, form, conflict, alone=is_fragment)
    if not is_fragment:
        return render(request, "triage/inbox.html", inbox_screen(request, card.filters, card), status=status)
    response = render(request, "triage/_decision_card.html", detail_screen(request, card), status=status)
    return reswap(retarget(response, "#decision"), "outerHTML")


def show_next(request: HttpRequest, place: Triage) -> HttpResponse:
    """The next open mention of the view, or what stands there when none is left."""
    filters = Filters.of(request.GET)
    row = inbox.next_open(filters, request.user, place)
    url = filters.on(reverse("triage:mention", args=[row.pk]) if row else reverse("triage:inbox"))
    if not request.htmx:
        return redirect(url)
    context = detail_screen(request, card_of(row.pk, filters, {})) if row else {"detail": None, "filters": filters}
    response = render(request, "triage/_decided.html", context)
    return push_url(reswap(retarget(response, "#detail"), "outerHTML"), url)


def show_replies(request: HttpRequest, mention_id: int, form: ReplyForm, status: int) -> HttpResponse:
    card = card_of(mention_id, Filters.of(request.GET), {})
    if request.htmx:
        return render(request, "triage/_replied.html", detail_screen(request, card, form), status=status)
    if status == 200:
        return redirect(card.filters.on(card.url))
    context = inbox_screen(request, card.filters, card) | {"reply_form": form}
    return render(request, "triage/inbox.html", context, status=status)

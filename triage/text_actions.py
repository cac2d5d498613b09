"""The texts beside the reply box, loaded once they are wanted, and the word that one of them is outdated."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from playbooks.knowledge import call_outdated
from playbooks.models import KnowledgeEntry
from triage.actions import may_reply
from triage.card import card_of
from triage.inbox import Filters
from triage.texts import offered_answers, offered_texts
from triage.views import by_fragment, may_view, of_a_mention


@require_safe
@never_cache
@by_fragment
@may_view
@of_a_mention
def texts(request: HttpRequest, mention_id: int) -> HttpResponse:
    """`/m/42/texts/?answer:tree/node=`: approved answers and templates; the answers say which template is suggested."""
    return show_texts(request, mention_id)


@require_POST
@may_reply
@of_a_mention
def outdated(request: HttpRequest, mention_id: int, entry_id: int) -> HttpResponse:
    """Tells the owner of the answer that it no longer holds."""
    entry = get_object_or_404(KnowledgeEntry.objects.select_related("owner"), pk=entry_id)
    call_outdated(entry, mention_id=mention_id, by=request.user)
    messages.success(request, _("Noted: whoever keeps the answer looks at it."))
    return show_texts(request, mention_id) if request.htmx else redirect("triage:texts", mention_id)


def show_texts(request: HttpRequest, mention_id: int) -> HttpResponse:
    card = card_of(mention_id, Filters.of(request.GET), request.GET, alone=True)
    mention, outcome = card.detail.mention, card.detail.guide.outcome
    context = {
        "triage": card.detail.triage,
        "mention": mention,
        "answers": offered_answers(mention, request.user),
        "texts": offered_texts(mention, request.user, outcome.template if outcome else ""),
        "field": "reply-text" if card.detail.triage.state == "open" else "further-reply",
    }
    return render(request, "triage/_texts.html" if request.htmx else "triage/texts.html", context)

"""What becomes of our replies, seen and settled beside the mention they answer."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url

from monitoring import outbound
from monitoring.models import OutboundPost
from monitoring.outbound.verdicts import VERDICTS, give_verdict
from monitoring.views import say
from triage.actions import may_reply, show_replies
from triage.card import card_of
from triage.forms import ReplyForm
from triage.inbox import Filters
from triage.models import Triage
from triage.screens import detail_screen
from triage.views import may_view, of_a_mention

may_settle = permission_required(("triage.view_triage", "monitoring.settle_outboundpost"), raise_exception=True)


@require_safe
@never_cache
@may_view
@of_a_mention
def our_posts(request: HttpRequest, mention_id: int) -> HttpResponse:
    """Our replies as they stand now."""
    triage = Triage.objects.select_related("mention__channel").get(pk=mention_id)
    posts = OutboundPost.objects.filter(in_reply_to=mention_id).select_related("author").order_by("id")
    context = {"triage": triage, "mention": triage.mention, "posts": posts, "filters": Filters.of(request.GET)}
    return render(request, "triage/_our_posts.html", context)


@require_POST
@may_reply
@of_a_mention
def take_back(request: HttpRequest, mention_id: int, post_id: int) -> HttpResponse:
    """The undo: the reply is not sent, and its text stands in the box again."""
    post = get_object_or_404(OutboundPost, pk=post_id, in_reply_to=mention_id)
    is_back = outbound.take_back(post.pk)
    say(request, is_back, _("Taken back: it was not sent."))
    form = ReplyForm(initial={"text": post.text} if is_back else {})
    if not request.htmx or request.htmx.target != "detail":
        return show_replies(request, mention_id, form, 200)
    card = card_of(mention_id, Filters.of(request.GET), {})
    response = render(request, "triage/_decided.html", detail_screen(request, card, form))
    return push_url(response, card.filters.on(card.url))


@require_POST
@may_settle
@of_a_mention
def settle(request: HttpRequest, mention_id: int, post_id: int) -> HttpResponse:
    """`verdict`: what a person found where the reply should stand, or what is to be done about one that failed."""
    post = get_object_or_404(OutboundPost, pk=post_id, in_reply_to=mention_id)
    verdict = request.POST.get("verdict", "")
    if verdict not in VERDICTS:
        raise BadRequest
    say(request, give_verdict(post.pk, verdict, by=request.user), VERDICTS[verdict].done)
    if request.htmx:
        return show_replies(request, mention_id, ReplyForm(), 200)
    return redirect(reverse("triage:mention", args=[mention_id]))

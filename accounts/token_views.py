"""The tokens with which a person's programs call the API."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import sign_in_log
from accounts.forms import TokenForm
from accounts.models import ApiToken, User
from accounts.recent import recent_sign_in_required
from accounts.tokens import issue_token

MOST_CLOSED = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@recent_sign_in_required
def tokens(request: HttpRequest) -> HttpResponse:
    """Whom the answer to the form shows a new token, it shows it to once: no redirect or session ever holds it."""
    form = TokenForm(request.POST or None, owner=request.user)
    issued = token = None
    if form.is_valid():
        issued, token = issue(request.user, form)
        sign_in_log.note("token_issued", request.user, request, token=issued.pk)
        form = TokenForm(owner=request.user)
    context = {"form": form, "issued": issued, "token": token, **tokens_of(request.user)}
    return render(request, "accounts/tokens.html", context, status=422 if form.is_bound else 200)


def issue(owner: User, form: TokenForm) -> tuple[ApiToken, str]:
    wanted = form.cleaned_data
    days = wanted["lasts"]
    expires_at = timezone.now() + timedelta(days=days) if days else None
    return issue_token(owner, wanted["name"], expires_at, wanted["scopes"])


def tokens_of(owner: User) -> dict[str, object]:
    mine = ApiToken.objects.filter(owner=owner)
    usable = list(mine.usable())
    closed = mine.exclude(pk__in=[row.pk for row in usable])
    return {"usable": usable, "closed": closed.order_by("-created_at")[:MOST_CLOSED]}


@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Closes one's own token for good; again changes nothing."""
    row = get_object_or_404(ApiToken, pk=token_id, owner=request.user)
    ApiToken.objects.filter(pk=row.pk).revoke()
    sign_in_log.note("token_revoked", request.user, request, token=row.pk)
    messages.success(request, _("The token “%s” is revoked.") % row.name)
    return redirect("accounts:tokens")

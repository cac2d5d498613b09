"""Getting in and staying in: the sign-in page, an invitation's page, the list of one's own sessions."""

from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from allauth.core.ratelimit import consume, respond_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import invitations, sessions, sign_in_log
from accounts.forms import AcceptForm
from accounts.groups import GROUP_NAMES
from accounts.models import Invitation, User
from accounts.provider_page import may_send_to_provider


@method_decorator(may_send_to_provider, name="dispatch")
class Login(LoginView):
    """allauth's page; on an empty console it says how the first admin is made."""

    def get_context_data(self, **kwargs) -> dict:
        own = {"nobody_yet": not User.objects.exists(), "single_sign_on": settings.SINGLE_SIGN_ON}
        return super().get_context_data(**kwargs) | own


@require_safe
@never_cache
def show_sessions(request: HttpRequest) -> HttpResponse:
    sessions.note(request)
    rows = sessions.open_ones(request.user)
    return render(request, "accounts/sessions.html", {"rows": rows, "here": request.session.session_key})


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    if not sessions.end(request.user, pk):
        raise Http404
    sign_in_log.note("session_ended", request.user, request)
    messages.success(request, _("Signed out there."))
    return redirect("accounts:sessions")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    count = sessions.end_all(request.user, but=request.session.session_key)
    sign_in_log.note("sessions_ended", request.user, request, count=count)
    said = ngettext("Signed out in %(count)s other place.", "Signed out in %(count)s other places.", count)
    messages.success(request, said % {"count": count})
    return redirect("accounts:sessions")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """One answer for every link that does not work, whatever the reason."""
    if not consume(request, action="invitation"):
        return respond_429(request)
    found = invitations.behind(token, timezone.now())
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    with override(found.language):
        return welcome(request, found)


def welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    start = {"language": found.language, "time_zone": settings.TIME_ZONE}
    form = AcceptForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        return let_in(request, found, form)
    groups = [GROUP_NAMES.get(group.name, group.name) for group in found.groups.all()]
    context = {"invitation": found, "form": form, "groups": groups, "roles": found.roles.all()}
    return render(request, "accounts/invitation.html", context, status=422 if form.is_bound else 200)


def let_in(request: HttpRequest, found: Invitation, form: AcceptForm) -> HttpResponse:
    try:
        person = invitations.accept(found, form.person(), timezone.now())
    except IntegrityError:  # somebody took the user name a moment ago
        return redirect(request.path)
    if person is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    if request.user.is_authenticated:
        logout(request)
    sign_in_log.note("invitation_accepted", person, request, invitation=found.pk)
    return perform_login(request, person, email_verification="none", redirect_url=reverse("home"))

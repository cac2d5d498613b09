"""`/first-run/`: the first account, protected by the set-up code, and the checklist that follows."""

from pathlib import Path

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Role, RoleHolder
from accounts.roles import load_roles
from config.first_run.checks import checklist
from config.first_run.claim import Claimed, claim, is_reminded, is_unclaimed, put_away
from config.first_run.forms import FirstAdminForm
from config.local.environment import SETUP_CODE
from crisis.escalate import open_test_page

may_set_up = permission_required("accounts.change_user", raise_exception=True)
ACTION = "first_run"


@login_not_required
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """`/`: an empty console begins with its first account, whose owner goes on with the checklist."""
    if is_unclaimed():
        return redirect("first-run")
    person = request.user
    return redirect("first-run-checklist" if person.is_authenticated and is_reminded(person) else "triage:inbox")


@login_not_required
@never_cache
@sensitive_post_parameters("code", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def first_admin(request: HttpRequest) -> HttpResponse:
    """Whoever has the code makes the first account and is signed in with it. There is no such page afterwards."""
    if not is_unclaimed():
        return redirect("first-run-checklist" if request.user.is_authenticated else "account_login")
    if request.method == "POST" and not ratelimit.consume(request, action=ACTION):
        return ratelimit.respond_429(request)
    form = FirstAdminForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "first_run/first_admin.html", {"form": form}, status=status)
    try:
        person = claim(form.cleaned_data | {"language": get_language() or settings.LANGUAGE_CODE})
    except Claimed:
        return redirect("account_login")
    (Path(settings.VAR_DIR) / SETUP_CODE).unlink(missing_ok=True)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("first-run-checklist")


@require_safe
@never_cache
@may_set_up
def show_checklist(request: HttpRequest) -> HttpResponse:
    """Each step with what is really there; htmx asks anew while something is missing."""
    checks = checklist()
    is_done = all(check.is_done for check in checks)
    if is_done:
        put_away(request.user)
    context = {"checks": checks, "is_done": is_done, "done": sum(check.is_done for check in checks)}
    template = "first_run/_checklist.html" if request.htmx else "first_run/checklist.html"
    return render(request, template, context | {"is_reminded": is_reminded(request.user)})


@require_POST
@may_set_up
def take_roles(request: HttpRequest) -> HttpResponse:
    """Gives every role that nobody holds to the person who asks."""
    load_roles()
    held = RoleHolder.objects.active().values("role")
    empty = Role.objects.exclude(pk__in=held)
    holders = [RoleHolder(role=role, person=request.user) for role in empty]
    RoleHolder.objects.bulk_create(holders, ignore_conflicts=True)
    messages.success(request, _("Every role has somebody. Share them as soon as others are here."))
    return redirect("first-run-checklist")


@require_POST
@may_set_up
def send_test_page(request: HttpRequest) -> HttpResponse:
    open_test_page(request.user)
    messages.success(request, _("The owners are being paged."))
    return redirect("first-run-checklist")


@require_POST
@may_set_up
def dismiss(request: HttpRequest) -> HttpResponse:
    """Stops reminding this person; the page itself stays."""
    put_away(request.user)
    messages.success(request, _("The checklist no longer reminds you. Its address still works."))
    return redirect("triage:inbox")

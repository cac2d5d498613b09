"""A person's own pages: the profile, the bell."""

import time

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import bell, mails
from accounts.forms import PreferencesForm, ProfileForm
from accounts.groups import GROUP_NAMES
from accounts.models import BellItem, Role, User
from accounts.recent import ask_again, signed_in_recently
from plumbing.whole_number import whole_number

YEAR = 365 * 24 * 3600


def me(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if form.is_valid():
        if "email" in form.changed_data and not signed_in_recently(request, time.time()):
            return ask_again(request)  # whoever gets the mails can set the password
        person = save_profile(form, request.user.email)
        with override(person.language):
            messages.success(request, _("Your profile was saved."))
        return redirect("accounts:me")
    context = {"form": form, "groups": group_names(request.user), "units": request.user.units.all()}
    context["duties"] = Role.objects.filter(people=request.user)
    return render(request, "accounts/me.html", context, status=422 if form.is_bound else 200)


def save_profile(form: ProfileForm, earlier_address: str) -> User:
    person = form.save()
    if "email" in form.changed_data and earlier_address:
        mails.queue_notice(person, "email_changed", earlier_address)
    return person


def group_names(person: User) -> list[str]:
    return [str(GROUP_NAMES.get(name, name)) for name in person.groups.values_list("name", flat=True)]


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """A switch of the profile menu: theme (a cookie, known before anything is drawn), language, shortcuts."""
    form = PreferencesForm(request.POST)
    response = HttpResponseRedirect(way_back(request))
    if form.is_valid():
        store(request.user, form.cleaned_data)
        if theme := form.cleaned_data["theme"]:
            response.set_cookie("theme", theme, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


def store(person: User, chosen: dict[str, str]) -> None:
    changes: dict[str, object] = {}
    if chosen["language"]:
        changes["language"] = chosen["language"]
    if chosen["shortcuts"]:
        changes["shortcuts"] = chosen["shortcuts"] == "on"
    if changes:
        User.objects.filter(pk=person.pk).update(**changes)


def way_back(request: HttpRequest) -> str:
    """The page of ours the form stood on, else the profile."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("accounts:me")


@require_safe
@never_cache
@vary_on_headers("HX-Request")
def show_bell(request: HttpRequest) -> HttpResponse:
    """The lines behind the bell: a page of its own, or the panel that htmx puts into the top bar."""
    whole = not request.htmx or request.htmx.history_restore_request
    return render(request, "accounts/bell.html" if whole else "accounts/_bell_lines.html", lines_of(request.user))


@require_POST
def read_bell(request: HttpRequest) -> HttpResponse:
    """Marks the lines `id=…` as read, or all of them with `all`."""
    named = [whole_number(value) for value in request.POST.getlist("id")]
    ids = [pk for pk in named if pk is not None]
    bell.mark_read(request.user.pk, None if "all" in request.POST else ids)
    if request.htmx:
        return render(request, "accounts/_bell_lines.html", lines_of(request.user))
    return HttpResponseRedirect(way_back(request) if "next" in request.POST else reverse("accounts:bell"))


def lines_of(person: User) -> dict[str, object]:
    lines = bell.unread(person.pk)
    return {
        "needs_you": [line for line in lines if line.group == BellItem.Group.NEEDS_YOU],
        "information": [line for line in lines if line.group == BellItem.Group.INFORMATION],
    }

"""Playbooks in the browser, to read: what is in force, what changed, and who knows it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.recent import recent_sign_in_required
from playbooks import receipts, screens
from playbooks.approvers import RIGHT
from playbooks.models import PlaybookVersion
from playbooks.publish import PublishError, publish_version, take_back
from plumbing.whole_number import whole_number

State = PlaybookVersion.State
may_read = permission_required(receipts.READ, raise_exception=True)


@require_safe
@may_read
def playbooks(request: HttpRequest) -> HttpResponse:
    """`/playbooks/`: what is in force, where walks begin, who is called. Context: screens.list_screen."""
    return render(request, "playbooks/playbooks.html", screens.list_screen(request.user, timezone.now()))


@require_safe
@may_read
def playbook(request: HttpRequest, slug: str) -> HttpResponse:
    """`/playbooks/scenario-map/`: what is in force now."""
    found = get_object_or_404(_versions(), playbook__slug=slug, state=State.PUBLISHED)
    return render(request, "playbooks/playbook.html", screens.playbook_screen(found, request.user))


@require_safe
@may_read
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`/playbooks/scenario-map/versions/12/`: an older wording; drafts are for those who publish."""
    found = _version(request, slug, number)
    return render(request, "playbooks/playbook.html", screens.playbook_screen(found, request.user))


@require_safe
@may_read
def changes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`/playbooks/scenario-map/versions/12/changes/?since=9`: without `since`, what it replaced."""
    new = _version(request, slug, number)
    since = whole_number(request.GET.get("since", ""))
    old = _version(request, slug, since) if since else screens.before(new)
    return render(request, "playbooks/changes.html", screens.changes_screen(old, new))


@require_POST
@may_read
def know(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """“I know version 13”, of what is in force."""
    found = get_object_or_404(_versions(), playbook__slug=slug, number=number, state=State.PUBLISHED)
    receipts.know(found, by=request.user, now=timezone.now())
    messages.success(request, _("Noted: you know %(version)s.") % {"version": found})
    return redirect("playbooks:playbook", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(RIGHT, raise_exception=True)
@recent_sign_in_required
def publish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`…/versions/13/publish/`: what would change, and the second person's button.

    POST with the `seen` SHA-256 publishes exactly that wording.
    """
    draft = _version(request, slug, number)
    if draft.state != State.DRAFT:
        return redirect("playbooks:version", slug, number)
    if request.method == "POST":
        try:
            if request.POST.get("seen") != draft.sha256:
                raise PublishError(_("The draft was changed since you looked at it. Look at the differences again."))
            publish_version(draft, by=request.user, now=timezone.now())
        except PublishError as error:
            context = screens.publish_screen(draft, request.user, str(error))
            return render(request, "playbooks/publish.html", context, status=409)
        messages.success(request, _("%(version)s is in force.") % {"version": draft})
        return redirect("playbooks:playbook", slug)
    return render(request, "playbooks/publish.html", screens.publish_screen(draft, request.user))


@require_POST
@permission_required(RIGHT, raise_exception=True)
def give_back(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Not like this: nobody asks for it any more, and who asked hears of it."""
    draft = get_object_or_404(_versions(), playbook__slug=slug, number=number, state=State.DRAFT)
    take_back(draft, by=request.user)
    messages.success(request, _("Given back. Who asked for it hears of it."))
    return redirect("playbooks:playbooks")


def _versions() -> QuerySet[PlaybookVersion]:
    return PlaybookVersion.objects.select_related("playbook", "author", "asked_by", "published_by")


def _version(request: HttpRequest, slug: str, number: int) -> PlaybookVersion:
    """A version that this person may see."""
    rows = _versions()
    if not request.user.has_perm(RIGHT):
        rows = rows.exclude(state=State.DRAFT)
    return get_object_or_404(rows, playbook__slug=slug, number=number)

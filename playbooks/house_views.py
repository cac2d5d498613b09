"""House rules and guidelines, with anchors to link to; drafts are for those who publish."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from playbooks.house import PublishPageError, publish_page
from playbooks.house import render as rendered
from playbooks.models import HousePage, HousePageVersion
from playbooks.scenario_views import may_read

may_publish = permission_required("playbooks.publish_housepageversion", raise_exception=True)
PUBLISH = "playbooks.publish_housepageversion"
State = HousePageVersion.State


@require_safe
@may_read
def house_pages(request: HttpRequest) -> HttpResponse:
    return render(request, "playbooks/house_pages.html", {"pages": HousePage.objects.all()})


@require_safe
@may_read
def house_page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/playbooks/house/house-rules/`: what is in force now."""
    version = HousePageVersion.objects.filter(page__slug=slug, state=State.PUBLISHED).first()
    if version is None:
        raise Http404(_("There is no such page."))
    return show(request, version)


@require_safe
@may_read
def house_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """An older wording, or a draft for those who publish."""
    version = get_object_or_404(HousePageVersion, page__slug=slug, number=number)
    if version.state == State.DRAFT and not (request.user.has_perm(PUBLISH) or version.author_id == request.user.pk):
        raise Http404(_("There is no such page."))
    return show(request, version)


@require_POST
@may_publish
def publish_house_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    version = get_object_or_404(HousePageVersion, page__slug=slug, number=number)
    try:
        publish_page(version.pk, by=request.user, now=timezone.now())
    except PublishPageError as error:
        messages.error(request, str(error))
        return redirect("playbooks:house-version", slug, number)
    messages.success(request, _("Published: version %(number)d is in force.") % {"number": number})
    return redirect("playbooks:house-page", slug)


def show(request: HttpRequest, version: HousePageVersion) -> HttpResponse:
    versions = version.page.versions.select_related("published_by")
    if not request.user.has_perm(PUBLISH):
        versions = versions.exclude(state=State.DRAFT)
    context = {"version": version, "page": version.page, "rendered": rendered(version.body), "versions": versions}
    return render(request, "playbooks/house_page.html", context)

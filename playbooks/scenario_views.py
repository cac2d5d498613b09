"""The scenarios, to be read at the desk, on a phone and on paper."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from playbooks.models import Level, Scenario
from playbooks.scenario_reads import moments_of, placeholders_of, scenarios, whole

may_read = permission_required("playbooks.view_playbook", raise_exception=True)
LONGEST_QUERY = 200


@require_safe
@may_read
def scenario_list(request: HttpRequest) -> HttpResponse:
    """`?q=words&level=L3`"""
    query, level = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", ""), request.GET.get("level", "")
    context = {"scenarios": scenarios(query, level), "query": query, "level": level, "levels": Level.choices}
    return render(request, "playbooks/scenarios.html", context)


@require_safe
@may_read
def scenario(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        found = whole(slug)
    except Scenario.DoesNotExist as error:
        raise Http404(_("There is no such scenario.")) from error
    context = {"scenario": found, "moments": list(moments_of(found)), "placeholders": placeholders_of(found)}
    return render(request, "playbooks/scenario.html", context)

"""Approved answers for everybody to read; who may approve does it here, on a phone as well."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from playbooks.knowledge import ApprovalError, approve
from playbooks.knowledge_reads import entries
from playbooks.models import KnowledgeEntry
from playbooks.scenario_views import LONGEST_QUERY, may_read

may_approve = permission_required("playbooks.approve_knowledgeentry", raise_exception=True)


@require_safe
@may_read
def knowledge(request: HttpRequest) -> HttpResponse:
    """`?q=words`"""
    query = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "")
    context = {"entries": entries(query), "query": query, "today": timezone.localdate()}
    return render(request, "playbooks/knowledge.html", context)


@require_POST
@may_approve
def approve_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    get_object_or_404(KnowledgeEntry, pk=entry_id)
    try:
        approve(entry_id, by=request.user, now=timezone.now())
    except ApprovalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Approved: the answer is suggested from now on."))
    return redirect(reverse("playbooks:knowledge") + f"#answer-{entry_id}")

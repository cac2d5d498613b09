"""Django admin of triage: what was suggested, decided and answered is read here, and changed by nobody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from monitoring.visible_admin import VisibleRows
from plumbing.capped_paginator import CappedPaginator
from triage.models import Decision, Reply, Suggestion, Triage

VIEW = "triage.view_triage"


class RecordAdmin(VisibleRows):
    """Read by whoever may read the inbox, as far as they see the channels."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(VIEW)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Triage)
class TriageAdmin(RecordAdmin):
    list_display = ["mention_id", "state", "disposition", "severity", "due_at", "assignee", "decided_at", "rev"]
    list_filter = ["state", "disposition", "severity"]
    list_select_related = ["assignee"]
    ordering = ["-mention_id"]


@admin.register(Suggestion)
class SuggestionAdmin(RecordAdmin):
    list_display = ["id", "mention_id", "disposition", "outcome", "open_question", "severity", "created_at"]
    list_filter = ["disposition", "severity"]


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    list_display = ["id", "mention_id", "disposition", "severity", "is_deviation", "by", "via", "at"]
    list_filter = ["disposition", "is_deviation", "via", "severity"]
    list_select_related = ["by"]


@admin.register(Reply)
class ReplyAdmin(RecordAdmin):
    list_display = ["id", "mention_id", "decision_id", "post_id", "template", "created_at"]

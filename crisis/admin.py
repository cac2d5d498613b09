"""Django admin of the pager: contact methods are edited here, records of what happened are only read."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from accounts.unit_admin import OfManagedPeople
from crisis.models import (
    Acknowledgement,
    ContactMethod,
    DeliveryAttempt,
    EngineHeartbeat,
    Escalation,
    Notification,
    Page,
    TimelineEntry,
)
from crisis.rights import VIEW
from monitoring.visible_admin import VisibleRows
from plumbing.capped_paginator import CappedPaginator


@admin.register(ContactMethod)
class ContactMethodAdmin(OfManagedPeople):
    list_display = ["person", "kind", "address", "position", "is_on", "disabled_reason", "last_success_at"]
    list_filter = ["kind", ("disabled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person"]
    search_fields = ["person__username", "person__first_name", "person__last_name"]
    fields = ["person", "kind", "address", "position", "disabled_at", "disabled_reason", "last_success_at"]
    readonly_fields = ["disabled_at", "disabled_reason", "last_success_at"]
    autocomplete_fields = ["person"]
    actions = ["switch_on", "switch_off", "new_secret", "retire_older_secrets"]

    @admin.display(description=_("in use"), boolean=True)
    def is_on(self, contact: ContactMethod) -> bool:
        return contact.disabled_at is None

    @admin.action(description=_("Use the selected contact methods again"), permissions=["change"])
    def switch_on(self, request: HttpRequest, rows: QuerySet[ContactMethod]) -> None:
        rows.update(disabled_at=None, disabled_reason="")

    @admin.action(description=_("Do not use the selected contact methods"), permissions=["change"])
    def switch_off(self, request: HttpRequest, rows: QuerySet[ContactMethod]) -> None:
        reason = _("Switched off by %(who)s.") % {"who": request.user}
        rows.filter(disabled_at=None).update(disabled_at=timezone.now(), disabled_reason=reason)

    def response_add(
        self, request: HttpRequest, obj: ContactMethod, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A webhook's secret is made with it and shown this once."""
        if obj.kind == ContactMethod.Kind.WEBHOOK:
            return self.show_secret(request, obj)
        return super().response_add(request, obj, post_url_continue)

    @admin.action(description=_("New signing secret for the selected webhook"), permissions=["change"])
    def new_secret(self, request: HttpRequest, rows: QuerySet[ContactMethod]) -> HttpResponse | None:
        """The one before stays good until it is retired, so that the receiver may change in between."""
        contacts = list(rows.filter(kind=ContactMethod.Kind.WEBHOOK)[:2])
        if len(contacts) != 1:
            self.message_user(request, _("Select one webhook."), messages.ERROR)
            return None
        return self.show_secret(request, contacts[0])

    @admin.action(description=_("Retire the older signing secret"), permissions=["change"])
    def retire_older_secrets(self, request: HttpRequest, rows: QuerySet[ContactMethod]) -> None:
        for contact in rows.filter(kind=ContactMethod.Kind.WEBHOOK):
            contact.retire_older_secrets()

    def show_secret(self, request: HttpRequest, contact: ContactMethod) -> HttpResponse:
        context = admin.site.each_context(request) | {"title": _("The new signing secret"), "row": contact}
        context |= {"secret": contact.add_secret(), "opts": self.opts}
        response = render(request, "crisis/secret_issued.html", context)
        add_never_cache_headers(response)
        return response


class RecordAdmin(admin.ModelAdmin):
    """What happened is read by those who may read escalations, and changed by nobody."""

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


@admin.register(Escalation)
class EscalationAdmin(VisibleRows, RecordAdmin):
    list_display = ["id", "headline", "severity", "state", "step", "round", "step_due_at", "opened_at"]
    list_filter = ["state", "severity", "subject_kind"]
    exclude = ["channels"]


@admin.register(Page)
class PageAdmin(VisibleRows, RecordAdmin):
    list_display = ["id", "escalation", "person", "generation", "round", "step", "created_at"]
    list_select_related = ["escalation", "person"]
    exclude = ["link_digest"]


@admin.register(Acknowledgement)
class AcknowledgementAdmin(VisibleRows, RecordAdmin):
    list_display = ["at", "person", "via", "escalation", "expires_at"]
    list_select_related = ["escalation", "person"]
    list_filter = ["via"]


@admin.register(Notification)
class NotificationAdmin(VisibleRows, RecordAdmin):
    list_display = ["id", "kind", "page", "lane", "state", "attempts_made", "next_attempt_at", "finished_at"]
    list_filter = ["state", "lane", "kind"]
    exclude = ["lease_token"]


@admin.register(DeliveryAttempt)
class DeliveryAttemptAdmin(VisibleRows, RecordAdmin):
    list_display = ["notification_id", "number", "outcome", "code", "started_at", "finished_at", "detail"]
    list_filter = ["outcome"]


@admin.register(TimelineEntry)
class TimelineEntryAdmin(VisibleRows, RecordAdmin):
    list_display = ["at", "escalation_id", "kind", "actor"]
    list_select_related = ["actor"]
    list_filter = ["kind"]


@admin.register(EngineHeartbeat)
class EngineHeartbeatAdmin(RecordAdmin):
    list_display = ["part", "beat_at", "run_by"]

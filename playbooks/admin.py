"""Django admin of what was agreed beforehand. A published version never changes; drafts have an editor of their own."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from playbooks.admin_parts import ReadOnlyAdmin, SlugStays
from playbooks.cover_admin import CoverHoursAdmin
from playbooks.drafts import start_draft
from playbooks.editor.screen import desk_address
from playbooks.editor.urls import editor_urls
from playbooks.matrix_admin import SeverityLevelAdmin, UrgencyAdmin
from playbooks.models import (
    CoverHours,
    EscalationPolicy,
    Playbook,
    PlaybookVersion,
    ResponseTemplate,
    ResponsibilityRule,
    SeverityLevel,
    StartTree,
    Urgency,
)
from playbooks.policy_admin import EscalationPolicyAdmin
from playbooks.responsibility_admin import ResponsibilityAdmin

State = PlaybookVersion.State
admin.site.register(Urgency, UrgencyAdmin)
admin.site.register(SeverityLevel, SeverityLevelAdmin)
admin.site.register(EscalationPolicy, EscalationPolicyAdmin)
admin.site.register(CoverHours, CoverHoursAdmin)
admin.site.register(ResponsibilityRule, ResponsibilityAdmin)


@admin.register(Playbook)
class PlaybookAdmin(SlugStays, admin.ModelAdmin):
    """A new playbook begins with an empty draft; its titles are those of the version in force."""

    list_display = ["title", "slug", "in_force", "drafts"]
    fields = ["slug", "title_en", "title_de"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Playbook]:
        shown = PlaybookVersion.objects.exclude(state=State.RETIRED).defer("content").order_by("number")
        return super().get_queryset(request).prefetch_related(Prefetch("versions", shown, to_attr="shown"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a playbook is called is part of its versions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def response_add(self, request: HttpRequest, obj: Playbook, post_url_continue: str | None = None) -> HttpResponse:
        return redirect("admin:playbooks_playbookversion_change", start_draft(obj, by=request.user).pk)

    @admin.display(description=_("playbook"))
    def title(self, playbook: Playbook) -> str:
        return str(playbook)

    @admin.display(description=_("version in force"))
    def in_force(self, playbook: Playbook) -> str:
        return _links(version for version in playbook.shown if version.state == State.PUBLISHED)

    @admin.display(description=_("drafts"))
    def drafts(self, playbook: Playbook) -> str:
        return _links(version for version in playbook.shown if version.state == State.DRAFT)


def _links(versions: Iterable[PlaybookVersion]) -> str:
    rows = ((desk_address(version), version.number) for version in versions)
    return format_html_join(", ", '<a href="{}">{}</a>', rows) or "–"


@admin.register(PlaybookVersion)
class PlaybookVersionAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    """A list; each version has its desk (`playbooks.editor`). Only drafts are edited or deleted."""

    list_display = ["__str__", "state", "author", "published_at", "published_by", "change_note"]
    list_filter = ["state", "playbook"]
    list_select_related = ["playbook", "author", "published_by"]

    def get_urls(self) -> list[Any]:
        return editor_urls(self.admin_site.admin_view) + super().get_urls()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PlaybookVersion | None = None) -> bool:
        mine = request.user.has_perm("playbooks.delete_playbookversion")
        return mine and obj is not None and obj.state == State.DRAFT


@admin.register(StartTree)
class StartTreeAdmin(admin.ModelAdmin):
    list_display = ["__str__", "channel", "playbook"]
    list_select_related = ["channel", "playbook"]

    def has_delete_permission(self, request: HttpRequest, obj: StartTree | None = None) -> bool:
        """The default stays: every channel needs a place to begin."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.channel_id is not None)


@admin.register(ResponseTemplate)
class ResponseTemplateAdmin(SlugStays, admin.ModelAdmin):
    list_display = ["slug", "text_en", "text_de"]
    search_fields = ["slug", "text_en", "text_de"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

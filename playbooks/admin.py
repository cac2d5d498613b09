"""Django admin of what was agreed beforehand. Versions are only read here: a published one never changes."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from playbooks.admin_parts import ReadOnlyAdmin, SlugStays, Style
from playbooks.matrix_admin import SeverityLevelAdmin, UrgencyAdmin
from playbooks.models import (
    EscalationPolicy,
    Playbook,
    PlaybookVersion,
    ResponseTemplate,
    SeverityLevel,
    StartTree,
    Urgency,
)
from playbooks.outline import outline
from playbooks.policy_admin import EscalationPolicyAdmin
from playbooks.targets import role_names
from playbooks.tree_schema import tree_from_text

admin.site.register(Urgency, UrgencyAdmin)
admin.site.register(SeverityLevel, SeverityLevelAdmin)
admin.site.register(EscalationPolicy, EscalationPolicyAdmin)


class VersionInline(ReadOnlyAdmin, admin.TabularInline):
    model = PlaybookVersion
    fields = ["number", "state", "change_note", "author", "published_at", "published_by"]
    readonly_fields = fields
    show_change_link = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Playbook)
class PlaybookAdmin(ReadOnlyAdmin, admin.ModelAdmin):
    list_display = ["title", "slug", "in_force"]
    fields = ["slug", "title_en", "title_de"]
    readonly_fields = ["slug"]
    inlines = [VersionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Playbook]:
        in_force = PlaybookVersion.objects.filter(state=PlaybookVersion.State.PUBLISHED)
        return super().get_queryset(request).prefetch_related(Prefetch("versions", in_force, to_attr="published"))

    @admin.display(description=_("playbook"))
    def title(self, playbook: Playbook) -> str:
        return str(playbook)

    @admin.display(description=_("version in force"))
    def in_force(self, playbook: Playbook) -> str:
        return ", ".join(str(version.number) for version in playbook.published)


@admin.register(PlaybookVersion)
class PlaybookVersionAdmin(Style, ReadOnlyAdmin, admin.ModelAdmin):
    list_display = ["__str__", "state", "published_at", "published_by", "change_note"]
    list_filter = ["state", "playbook"]
    list_select_related = ["playbook", "published_by"]
    fields = [
        "playbook", "number", "state", "change_note", "author", "created_at", "published_at", "published_by",
        "sha256", "tree",
    ]  # fmt: skip
    readonly_fields = fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("what it says"))
    def tree(self, version: PlaybookVersion) -> SafeString:
        whole = outline(tree_from_text(version.content), role_names())
        return render_to_string("playbooks/_outline.html", {"outline": whole})


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

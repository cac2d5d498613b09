"""House pages in the admin: titles, and drafts of new versions. Publishing is another person's, on the page itself."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from playbooks.house import anchors, next_number
from playbooks.models import HousePage, HousePageVersion


@admin.register(HousePage)
class HousePageAdmin(admin.ModelAdmin):
    list_display = ["__str__", "slug", "public_address"]
    fields = ["slug", "title_en", "title_de", "public_address"]

    def get_readonly_fields(self, request: HttpRequest, obj: HousePage | None = None) -> tuple[str, ...]:
        """Links name it."""
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class VersionForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        """A link to an anchor works in both languages."""
        data = super().clean() or {}
        english, german = anchors(data.get("body_en", "")), anchors(data.get("body_de", ""))
        if english != german:
            words = {"english": ", ".join(english), "german": ", ".join(german)}
            error = _("The anchors differ. English: %(english)s. German: %(german)s.")
            self.add_error("body_de", ValidationError(error, params=words))
        return data


@admin.register(HousePageVersion)
class HousePageVersionAdmin(admin.ModelAdmin):
    form = VersionForm
    list_display = ["__str__", "state", "author", "published_at", "published_by", "change_note"]
    list_filter = ["state", "page"]
    list_select_related = ["page", "author", "published_by"]
    fields = ["page", "body_en", "body_de", "change_note", "as_read"]
    readonly_fields = ["as_read"]

    def has_change_permission(self, request: HttpRequest, obj: HousePageVersion | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.state == HousePageVersion.State.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: HousePageVersion | None = None) -> bool:
        """A draft may go; what was published stays."""
        return obj is not None and self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: HousePageVersion, form: ModelForm, change: bool) -> None:
        """Whoever wrote last is the author, so that nobody publishes what they changed themselves."""
        obj.author = request.user
        if not change:
            obj.number = next_number(obj.page)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("as everybody reads it"))
    def as_read(self, version: HousePageVersion) -> SafeString | str:
        if not version.pk:
            return "–"
        address = reverse("playbooks:house-version", args=[version.page.slug, version.number])
        return format_html('<a href="{}">{}</a>', address, _("Read it, and let somebody else publish it"))

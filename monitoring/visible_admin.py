"""The administration shows the rows that its reader sees (visible.py), and what channels add to units and people."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin import PersonAdmin
from accounts.models import Unit, User
from accounts.unit_admin import UnitAdmin
from monitoring.models import Channel


class VisibleRows(admin.ModelAdmin):
    """For models whose manager knows `visible_to`."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).visible_to(request.user)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        if db_field.related_model is Channel:
            kwargs.setdefault("queryset", Channel.objects.visible_to(request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class VisibleChannels(admin.RelatedFieldListFilter):
    """A filter by channel that names no channel of others."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[int, str]]:
        return [(channel.pk, str(channel)) for channel in Channel.objects.visible_to(request.user)]


class ChannelsOfUnit(admin.StackedInline):
    """Which channels a unit has; the channel's own page moves it."""

    model = Channel
    readonly_fields = ["kind", "state", "last_mention_at"]
    fields = [("kind", "state", "last_mention_at")]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Unit | None = None) -> bool:
        return False


admin.site.unregister(Unit)
admin.site.unregister(User)


@admin.register(Unit)
class UnitWithChannelsAdmin(UnitAdmin):
    inlines = [ChannelsOfUnit]


@admin.register(User)
class PersonWithChannelsAdmin(PersonAdmin):
    """Says which channels name the person; a channel's own page names them."""

    readonly_fields = [*PersonAdmin.readonly_fields, "channels_as_agency"]
    fieldsets = [*PersonAdmin.fieldsets, (_("Agency"), {"fields": ["channels_as_agency"]})]

    @admin.display(description=_("channels as an agency"))
    def channels_as_agency(self, person: User) -> str:
        return ", ".join(str(channel) for channel in person.agency_channels.all()) if person.pk else ""

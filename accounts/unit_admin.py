"""Units in the administration, and what an administrator who is not of the central team may reach there.

Whoever sees every channel manages everybody. An administrator of a unit manages those who see no more than they do, in
their own units: else a password that they set, or a membership that they give, would open another unit.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Unit, User
from accounts.recent_admin import AsksAgain
from accounts.units import is_divided, people_managed_by, people_without_unit, sees_everything, units_managed_by


def with_checkboxes(field: forms.ModelMultipleChoiceField) -> forms.ModelMultipleChoiceField:
    """Labelled boxes: the two lists with arrows can neither be read out nor used on a phone."""
    field.widget = forms.CheckboxSelectMultiple(choices=field.choices)
    field.help_text = ""
    return field


class WithUnits(forms.ModelForm):
    """The units of a person, on the person's page; `manager` is who looks at it."""

    manager: User
    member_of = forms.ModelMultipleChoiceField(
        Unit.objects.all(), label=_("Units"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "member_of" in self.fields:
            self.fields["member_of"].queryset = units_managed_by(self.manager)
            self.initial.setdefault("member_of", self.instance.units.all())

    def _save_m2m(self) -> None:
        super()._save_m2m()
        if "member_of" in self.cleaned_data:
            self.instance.units.set(self.cleaned_data["member_of"])


class ManagedPeople(admin.ModelAdmin):
    """Only those whom the administrator manages; whom they add joins their units."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).filter(pk__in=people_managed_by(request.user).values("pk"))

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.manager = request.user
        return form

    @admin.display(description=_("Units"))
    def member_of(self, person: User) -> str:
        """For whoever may look at the person and not change them."""
        return ", ".join(str(unit) for unit in person.units.all())

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """People of agencies are the central team's to name."""
        fields = list(super().get_readonly_fields(request, obj))
        return fields if sees_everything(request.user) else [*fields, "is_agency"]

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change and not sees_everything(request.user):
            form.instance.units.set(units_managed_by(request.user))


class OfManagedPeople(admin.ModelAdmin):
    """Rows of people, by `path_to_person`; only of those whom the administrator manages."""

    path_to_person = "person"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        if sees_everything(request.user):
            return rows
        return rows.filter(**{f"{self.path_to_person}__in": people_managed_by(request.user)})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        if db_field.name == self.path_to_person and not sees_everything(request.user):
            kwargs["queryset"] = people_managed_by(request.user).filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CentralOnly(admin.ModelAdmin):
    """What is the whole company's: other administrators read it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and sees_everything(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and sees_everything(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and sees_everything(request.user)


class UnitForm(forms.ModelForm):
    def clean_members(self) -> list[User]:
        """Members whom the administrator does not manage stay."""
        chosen = list(self.cleaned_data["members"])
        if self.instance.pk:
            chosen += self.instance.members.exclude(pk__in=self.fields["members"].queryset.values("pk"))
        return chosen


class UnitAdmin(AsksAgain):
    form = UnitForm
    list_display = ["name", "slug", "is_central", "people"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        mine = units_managed_by(request.user).values("pk")
        return super().get_queryset(request).filter(pk__in=mine).prefetch_related("members")

    @admin.display(description=_("members"))
    def people(self, unit: Unit) -> str:
        return ", ".join(str(person) for person in unit.members.all())

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        kwargs.setdefault("queryset", people_managed_by(request.user))
        return with_checkboxes(super().formfield_for_manytomany(db_field, request, **kwargs))

    def get_readonly_fields(self, request: HttpRequest, obj: Unit | None = None) -> list[str]:
        return [] if sees_everything(request.user) else ["is_central"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and sees_everything(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Unit | None = None) -> bool:
        return super().has_delete_permission(request, obj) and sees_everything(request.user)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if sees_everything(request.user):
            self.warn_about_people_without_unit(request)

    def warn_about_people_without_unit(self, request: HttpRequest) -> None:
        """From the second unit on they see nothing: said to whoever just divided the console."""
        count = people_without_unit().count() if is_divided() else 0
        if count:
            said = ngettext(
                "%d person is in no unit and sees no channel.", "%d people are in no unit and see no channel.", count
            )
            url = reverse("admin:accounts_user_changelist") + "?units__isnull=True"
            link = format_html('<a href="{}">{}</a>', url, _("Show them"))
            messages.warning(request, format_html("{} {}", said % count, link))

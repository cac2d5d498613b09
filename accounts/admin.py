"""People, units, duty roles and API tokens in the administration."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts import mails, second_factor, sessions, sign_in_log, time_zones
from accounts.groups import GROUP_NAMES
from accounts.invitation_admin import InvitationAdmin
from accounts.models import ApiToken, Invitation, Role, RoleHolder, Unit, User
from accounts.recent import recent_sign_in_required
from accounts.recent_admin import AsksAgain
from accounts.roles import OWNER, is_last_owner
from accounts.scopes import Scope
from accounts.tokens import issue_token
from accounts.unit_admin import CentralOnly, ManagedPeople, OfManagedPeople, UnitAdmin, WithUnits, with_checkboxes
from accounts.units import people_managed_by

admin.site.site_header = admin.site.site_title = _("Leitstelle administration")
admin.site.index_title = _("People, channels, playbooks")
admin.site.login = secure_admin_login(admin.site.login)  # one sign-in page, one rate limit
admin.site.unregister(Group)  # what a group may do stands in accounts/groups.py
admin.site.register(Unit, UnitAdmin)
admin.site.register(Invitation, InvitationAdmin)


def leave_out_allauth() -> None:
    """Its rows hold secrets, and nobody edits them by hand; called once every app has registered its pages."""
    for model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
        if admin.site.is_registered(model):
            admin.site.unregister(model)


ONE_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class PersonForm(WithUnits, UserChangeForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones.choices)

    def clean_is_active(self) -> bool:
        is_active = self.cleaned_data["is_active"]
        if not is_active and is_last_owner(self.instance):
            raise forms.ValidationError(
                _("This is the last person with the role Owner. Give the role to somebody else first."),
                code="last_owner",
            )
        return is_active


class GroupFilter(admin.RelatedFieldListFilter):
    """Groups by the names that people know them by."""

    def field_choices(self, field, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[int, str]]:
        rows = super().field_choices(field, request, model_admin)
        return [(pk, str(GROUP_NAMES.get(name, name))) for pk, name in rows]


@admin.register(User)
class PersonAdmin(AsksAgain, ManagedPeople, UserAdmin):
    form = PersonForm
    add_form = UserCreationForm
    list_display = ["username", "first_name", "last_name", "email", "is_active", "last_login"]
    list_filter = ["is_active", ("groups", GroupFilter), "units", "is_agency"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email", "language", "time_zone", "shortcuts"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "groups", "member_of", "is_agency"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "first_name", "last_name", "email", "password1", "password2"]})]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal: list[str] = []
    actions = ["remove_second_factors"]

    @method_decorator(recent_sign_in_required)
    def user_change_password(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return super().user_change_password(request, *args, **kwargs)

    def save_related(self, request: HttpRequest, form, formsets, change: bool) -> None:
        """The log says who changed whom, with the groups as they are now."""
        super().save_related(request, form, formsets, change)
        groups = "+".join(sorted(form.instance.groups.values_list("name", flat=True)))
        sign_in_log.note("person_changed" if change else "person_added", form.instance, request, groups=groups or None)

    @admin.action(description=_("Remove the second factors of the selected people"), permissions=["change"])
    def remove_second_factors(self, request: HttpRequest, queryset) -> None:
        """For whoever lost phone and recovery codes; they are signed out everywhere and told by mail."""
        for person in queryset:
            if self.has_change_permission(request, person) and second_factor.remove_all(person):
                sessions.end_all(person)
                mails.queue_notice(person, "factors_removed")
                sign_in_log.note("factors_removed", person, request)
        self.message_user(request, _("Their second factors are removed, their sessions ended."))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label_from_instance = lambda group: GROUP_NAMES.get(group.name, group.name)
            return with_checkboxes(field)
        return field

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody gets above their own rights by changing a superuser's password."""
        out_of_reach = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not out_of_reach and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are deactivated: what they did stays theirs."""
        return False


class OrderedHolders(BaseInlineFormSet):
    """The holders of one role; the role of owner keeps at least one who can be called."""

    def clean(self) -> None:
        super().clean()
        if self.instance.slug == OWNER and not any(self.has_active_holder(form) for form in self.forms):
            raise forms.ValidationError(
                _("The role Owner needs at least one active person: they are called when nobody else answers."),
                code="owner_empty",
            )

    def has_active_holder(self, form: forms.ModelForm) -> bool:
        person = form.cleaned_data.get("person") if hasattr(form, "cleaned_data") else None
        return person is not None and person.is_active and not form.cleaned_data.get("DELETE")


class HolderInline(admin.StackedInline):
    model = RoleHolder
    formset = OrderedHolders
    fields = [("position", "person")]
    ordering = ["position", "id"]
    extra = 1
    verbose_name_plural = _("holders: the first is on shift, the next is the deputy")

    def get_queryset(self, request: HttpRequest):
        """Locked while they are saved, so that two admins cannot each remove one of the last two owners."""
        holders = super().get_queryset(request)
        return holders.select_for_update(of=("self",)) if request.method == "POST" else holders


@admin.register(Role)
class RoleAdmin(AsksAgain, CentralOnly):
    list_display = ["__str__", "slug", "who_is_on_shift", "deputies"]
    search_fields = ["slug", "name_en", "name_de"]
    inlines = [HolderInline]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("holders__person")

    @admin.display(description=_("on shift"), empty_value=_("nobody"))
    def who_is_on_shift(self, role: Role) -> str:
        return ", ".join(str(person) for person in role.active_people()[:1])

    @admin.display(description=_("deputies"))
    def deputies(self, role: Role) -> str:
        return ", ".join(str(person) for person in role.active_people()[1:])

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return (obj is None or obj.slug != OWNER) and super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> list[str]:
        """Playbooks name roles by their slug."""
        return ["slug"] if obj else []


class TokenForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=Scope, initial=[Scope.READ], widget=forms.CheckboxSelectMultiple
    )


@admin.register(ApiToken)
class ApiTokenAdmin(AsksAgain, OfManagedPeople):
    path_to_person = "owner"
    form = TokenForm
    list_display = ["name", "owner", "created_at", "last_used_at", "expires_at", "revoked_at"]
    list_select_related = ["owner"]
    search_fields = ["name", "owner__username"]
    readonly_fields = ["created_at", "last_used_at", "revoked_at"]
    actions = ["revoke"]
    formfield_overrides = {models.DateTimeField: {"form_class": forms.DateTimeField, "widget": ONE_MOMENT}}

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[str]:
        return [*self.readonly_fields, *(["owner", "scopes"] if obj else [])]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """A token carries its owner's rights, so nobody makes one for a person above them."""
        if db_field.name == "owner" and not request.user.is_superuser:
            kwargs["queryset"] = people_managed_by(request.user).filter(is_active=True, is_superuser=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiToken, form, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        row, token = issue_token(obj.owner, obj.name, obj.expires_at, obj.scopes)
        obj.pk, obj.shown_once = row.pk, token
        sign_in_log.note("token_issued", obj.owner, request, token=row.pk)

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue=None) -> HttpResponse:
        """The one page that shows the token: no redirect carries it, and the administration forbids caching."""
        context = admin.site.each_context(request) | {"title": _("The new token"), "row": obj, "opts": self.opts}
        return render(request, "accounts/token_issued.html", context)

    @admin.action(description=_("Revoke the selected tokens"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset) -> None:
        count = queryset.revoke()
        self.message_user(request, _("Revoked: %(count)s.") % {"count": count})

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """Revoking keeps the trace of what a token did."""
        return False

"""Invitations in the administration: invite by mail, look how it stands, send again, withdraw."""

from allauth.core.ratelimit import consume, respond_429
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import invitations, sign_in_log
from accounts.groups import GROUP_NAMES
from accounts.models import Invitation, Role, Unit, User
from accounts.recent import recent_sign_in_required
from accounts.units import people_managed_by, sees_everything, units_managed_by


class GroupChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, group: Group) -> str:
        return str(GROUP_NAMES.get(group.name, group.name))


class InviteForm(forms.ModelForm):
    groups = GroupChoice(Group.objects.all(), label=_("Groups"), widget=forms.CheckboxSelectMultiple)
    roles = forms.ModelMultipleChoiceField(
        Role.objects.all(), label=_("Roles"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Taken up behind those who hold the role already."),
    )  # fmt: skip

    units = forms.ModelMultipleChoiceField(
        Unit.objects.all(), label=_("Units"), widget=forms.CheckboxSelectMultiple, required=False,
    )  # fmt: skip
    admin: User

    class Meta:
        model = Invitation
        fields = ["email", "language", "groups", "roles", "units"]

    def __init__(self, *args, **kwargs) -> None:
        """An administrator of a unit invites into it, and gives none of the company's roles."""
        super().__init__(*args, **kwargs)
        if "units" in self.fields and not sees_everything(self.admin):
            self.fields["units"].queryset, self.fields["units"].required = units_managed_by(self.admin), True
            self.fields["roles"].queryset = Role.objects.none()

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody with this address has an account already."), code="taken")
        if Invitation.objects.filter(email__iexact=email, accepted_at=None, withdrawn_at=None).exists():
            raise forms.ValidationError(_("This address is invited already: send that invitation again."), code="taken")
        return email


class InvitationAdmin(admin.ModelAdmin):
    form = InviteForm
    list_display = ["email", "how_it_stands", "with_groups", "invited_by", "until"]
    list_select_related = ["invited_by"]
    search_fields = ["email"]
    actions = ["send_again", "withdraw"]
    fields = ["email", "language", "groups", "roles", "units"]

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request).prefetch_related("groups")
        return rows if sees_everything(request.user) else rows.filter(invited_by__in=people_managed_by(request.user))

    def get_form(self, request: HttpRequest, obj: Invitation | None = None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.admin = request.user
        return form

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """What was sent is not edited: withdraw it and invite anew."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """Withdrawing keeps who invited whom."""
        return False

    @method_decorator(recent_sign_in_required)
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None):
        if request.method == "POST" and not consume(request, action="invite"):
            return respond_429(request)
        return super().add_view(request, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Invitation, form: InviteForm, change: bool) -> None:
        chosen = form.cleaned_data
        saved = invitations.invite(
            chosen["email"], chosen["language"], groups=chosen["groups"], roles=chosen["roles"], units=chosen["units"],
            by=request.user, now=timezone.now(),
        )  # fmt: skip
        obj.pk = saved.pk
        sign_in_log.note("invited", None, request, invitation=saved.pk)

    @admin.display(description=_("state"))
    def how_it_stands(self, invitation: Invitation) -> str:
        state = Invitation.State(invitation.state(timezone.now()))
        is_waiting = state == Invitation.State.OPEN and invitation.sent_at is None
        return str(_("open, its mail waits") if is_waiting else state.label)

    @admin.display(description=_("expires"), ordering="expires_at")
    def until(self, invitation: Invitation) -> str:
        return date_format(timezone.localtime(invitation.expires_at), "SHORT_DATE_FORMAT")

    @admin.display(description=_("groups"))
    def with_groups(self, invitation: Invitation) -> str:
        return ", ".join(str(GROUP_NAMES.get(group.name, group.name)) for group in invitation.groups.all())

    @admin.action(description=_("Send the selected invitations again"), permissions=["change"])
    @method_decorator(recent_sign_in_required)
    def send_again(self, request: HttpRequest, queryset):
        self.each(request, queryset, invitations.send_again, "invitation_sent_again")

    @admin.action(description=_("Withdraw the selected invitations"), permissions=["change"])
    @method_decorator(recent_sign_in_required)
    def withdraw(self, request: HttpRequest, queryset):
        self.each(request, queryset, invitations.withdraw, "invitation_withdrawn")

    def each(self, request: HttpRequest, queryset, verb, event: str) -> None:
        now = timezone.now()
        done = [pk for pk in queryset.values_list("pk", flat=True) if verb(pk, now)]
        for pk in done:
            sign_in_log.note(event, None, request, invitation=pk)
        left = len(queryset) - len(done)
        self.message_user(
            request, ngettext("Done for %d invitation.", "Done for %d invitations.", len(done)) % len(done)
        )
        if left:
            said = ngettext("%d was accepted or withdrawn before.", "%d were accepted or withdrawn before.", left)
            self.message_user(request, said % left, messages.WARNING)

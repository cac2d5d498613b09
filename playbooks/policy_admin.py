"""Escalation policies in the administration: who is called when."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.recent import recent_sign_in_required
from accounts.recent_admin import AsksAgain
from accounts.unit_admin import CentralOnly
from playbooks.admin_parts import DURATIONS, ReadOnlyAdmin, Style, as_list
from playbooks.derive import Plan, derive, differs, plan_of_matrix, plan_of_policy, steps_of
from playbooks.durations import in_short
from playbooks.models import EscalationPolicy, PolicyStep, SeverityLevel
from playbooks.policy_forms import PolicyStepForm
from playbooks.step_words import step_in_words
from playbooks.targets import role_names

OUT_OF_THE_WAY = 1000


class OrderedSteps(BaseInlineFormSet):
    """Steps by their position, however they were renumbered: they are saved as 1, 2, 3 …"""

    def clean(self) -> None:
        super().clean()
        if not any(self.is_kept(form) for form in self.forms):
            raise forms.ValidationError(_("A policy without a step would call nobody."), code="no_step")

    def is_kept(self, form: forms.ModelForm) -> bool:
        return bool(getattr(form, "cleaned_data", None)) and not form.cleaned_data.get("DELETE")

    def save(self, commit: bool = True) -> list[PolicyStep]:
        """Two steps may change places: what stands is moved out of the way first."""
        if commit and self.instance.pk:
            self.instance.steps.update(position=F("position") + OUT_OF_THE_WAY)
        saved: list[PolicyStep] = super().save(commit)
        kept = sorted((form for form in self.forms if self.is_kept(form)), key=lambda form: form.instance.position)
        for position, form in enumerate(kept, start=1):
            self.instance.steps.filter(pk=form.instance.pk).update(position=position)
        return saved


class PolicyStepInline(admin.StackedInline):
    model = PolicyStep
    formset = OrderedSteps
    formfield_overrides = DURATIONS
    form = PolicyStepForm
    extra = 0
    min_num = 1


class EscalationPolicyAdmin(Style, ReadOnlyAdmin, AsksAgain, CentralOnly):
    formfield_overrides = DURATIONS
    list_display = ["__str__", "level", "steps_in_words", "rounds", "again_after", "follows_the_matrix"]
    readonly_fields = ["level", "follows_the_matrix"]
    fields = ["level", "follows_the_matrix", "name_en", "name_de", "rounds", "round_delay", "acknowledgement_lasts"]
    inlines = [PolicyStepInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EscalationPolicy]:
        return super().get_queryset(request).prefetch_related("steps__urgency")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.derive_view)
        return [path("<int:policy_id>/derive/", view, name="playbooks_escalationpolicy_derive"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        policy = self.get_object(request, object_id)
        context = {"differs": policy is not None and differs(policy, level_of(policy))}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | context)

    @method_decorator(recent_sign_in_required)
    def derive_view(self, request: HttpRequest, policy_id: int) -> HttpResponse:
        """What would change, and on POST the change; the log keeps who did it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        policy = get_object_or_404(self.get_queryset(request), pk=policy_id)
        level = level_of(policy)
        if request.method == "POST":
            derive(policy, level)
            self.log_change(request, policy, gettext("Derived again from the severity matrix."))
            self.message_user(request, gettext("The policy is what the matrix says."), messages.SUCCESS)
            return redirect("admin:playbooks_escalationpolicy_change", policy.pk)
        plan, names = plan_of_matrix(level), role_names()
        context = self.admin_site.each_context(request) | {
            "title": gettext("Derive again"),
            "opts": self.opts,
            "policy": policy,
            "now": lines_of(plan_of_policy(policy), policy, names),
            "then": lines_of(plan, policy, names) if plan else [],
            "media": self.media,
        }
        return TemplateResponse(request, "admin/playbooks/escalationpolicy/derive.html", context)

    @admin.display(description=_("severity matrix"))
    def follows_the_matrix(self, policy: EscalationPolicy) -> str:
        return gettext("differs from the matrix") if differs(policy, level_of(policy)) else gettext("as in the matrix")

    @admin.display(description=_("steps"))
    def steps_in_words(self, policy: EscalationPolicy) -> str:
        names = role_names()
        return as_list((step_in_words(step, names),) for step in policy.steps.all())

    @admin.display(description=_("next round after"), ordering="round_delay")
    def again_after(self, policy: EscalationPolicy) -> str:
        return in_short(policy.round_delay)


def level_of(policy: EscalationPolicy) -> SeverityLevel:
    return SeverityLevel.objects.get(level=policy.level)


def lines_of(plan: Plan, policy: EscalationPolicy, names: dict[str, str]) -> list[str]:
    """What a plan says, a line for each step and each time."""
    lasts = in_short(plan.acknowledgement_lasts) if plan.acknowledgement_lasts else "–"
    return [
        *(f"{step_in_words(step, names)} ({step.urgency})" for step in steps_of(plan, policy)),
        f"{gettext('next round after')}: {in_short(plan.round_delay)}",
        f"{gettext('an acknowledgement lasts')}: {lasts}",
    ]

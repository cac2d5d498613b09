"""Escalation policies in the administration: who is called when."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.recent_admin import AsksAgain
from playbooks.admin_parts import DURATIONS, ReadOnlyAdmin, Style, as_list
from playbooks.durations import in_short
from playbooks.models import EscalationPolicy, PolicyStep
from playbooks.policy_forms import PolicyStepForm
from playbooks.step_words import step_in_words
from playbooks.targets import role_names


class PolicyStepInline(admin.StackedInline):
    model = PolicyStep
    formfield_overrides = DURATIONS
    form = PolicyStepForm
    extra = 0
    min_num = 1


class EscalationPolicyAdmin(Style, ReadOnlyAdmin, AsksAgain, admin.ModelAdmin):
    formfield_overrides = DURATIONS
    list_display = ["__str__", "level", "steps_in_words", "rounds", "again_after"]
    readonly_fields = ["level"]
    fields = ["level", "name_en", "name_de", "rounds", "round_delay", "acknowledgement_lasts"]
    inlines = [PolicyStepInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EscalationPolicy]:
        return super().get_queryset(request).prefetch_related("steps")

    @admin.display(description=_("steps"))
    def steps_in_words(self, policy: EscalationPolicy) -> str:
        names = role_names()
        return as_list((step_in_words(step, names),) for step in policy.steps.all())

    @admin.display(description=_("next round after"), ordering="round_delay")
    def again_after(self, policy: EscalationPolicy) -> str:
        return in_short(policy.round_delay)

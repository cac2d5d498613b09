"""The severity matrix and the urgency classes in the administration."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.recent_admin import AsksAgain
from accounts.unit_admin import CentralOnly
from playbooks.admin_parts import DURATIONS, ReadOnlyAdmin, SlugStays, Style, as_list
from playbooks.content import Part
from playbooks.durations import in_short
from playbooks.matrix_forms import SeverityLevelForm
from playbooks.models import SeverityLevel, Urgency
from playbooks.severity_rules import LOWEST
from playbooks.targets import role_names
from playbooks.tree_schema import parse_rule
from playbooks.words import DEMANDS, demand_in_words, rule_in_words


class UrgencyAdmin(SlugStays, AsksAgain, CentralOnly):
    formfield_overrides = DURATIONS
    list_display = ["slug", "time", "around_the_clock"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("within"), ordering="within")
    def time(self, urgency: Urgency) -> str:
        return in_short(urgency.within)


CALLS: Any = [
    "default_who",
    "acknowledge_within",
    "acknowledgement_lasts",
    "unacknowledged_to",
    "cover_hours_only",
]
PUBLIC: Any = ["first_word", "holding_draft", "holding_out", "update_every", "pause"]


class SeverityLevelAdmin(Style, ReadOnlyAdmin, AsksAgain, CentralOnly):
    form = SeverityLevelForm
    list_display = ["__str__", "proposed_when", "called_at_once", "acknowledge_in", "approved_by"]
    readonly_fields = ["level"]
    fieldsets = [
        (None, {"fields": ["level", "rules"]}),
        (_("Who is called"), {"fields": CALLS}),
        (_("What is said in public"), {"fields": PUBLIC}),
        (_("Who approves"), {"fields": ["approve_first", "approve_later", "approve_after"]}),
    ]
    in_words = ["level", "proposed_when", "called_at_once", "acknowledge_in", "approved_by", "further"]

    def has_change_permission(self, request: HttpRequest, obj: SeverityLevel | None = None) -> bool:
        """L0 proposes, calls and demands nothing."""
        return super().has_change_permission(request, obj) and (obj is None or obj.level != LOWEST)

    def get_fieldsets(self, request: HttpRequest, obj: SeverityLevel | None = None) -> Any:
        """Whoever may not change the row reads it as sentences."""
        if self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": self.in_words})]

    def get_readonly_fields(self, request: HttpRequest, obj: SeverityLevel | None = None) -> list[str]:
        return self.readonly_fields if self.has_change_permission(request, obj) else self.in_words

    @admin.display(description=_("proposed when"))
    def proposed_when(self, row: SeverityLevel) -> str:
        rules = [(rule_in_words(parse_rule(Part(rule))),) for rule in row.rules]
        return as_list(rules) or gettext("nothing else is")

    @admin.display(description=_("called at once"))
    def called_at_once(self, row: SeverityLevel) -> str:
        names = role_names()
        return ", ".join(names.get(role, role) for role in row.default_who) or "–"

    @admin.display(description=_("acknowledge within"), ordering="acknowledge_within")
    def acknowledge_in(self, row: SeverityLevel) -> str:
        return in_short(row.acknowledge_within) if row.acknowledge_within else "–"

    @admin.display(description=_("approved by"))
    def approved_by(self, row: SeverityLevel) -> str:
        names = role_names()
        return ", ".join(_approver_in_words(one, names) for one in row.approve) or "–"

    @admin.display(description=_("further demands"))
    def further(self, row: SeverityLevel) -> str:
        return as_list([(demand_in_words(key, row.demands[key]),) for key in DEMANDS if key in row.demands]) or "–"


def _approver_in_words(approver: Mapping[str, str], names: Mapping[str, str]) -> str:
    name = names.get(approver["role"], approver["role"])
    if "after" not in approver:
        return name
    return gettext("%(name)s (after %(time)s)") % {"name": name, "time": approver["after"]}

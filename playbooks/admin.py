"""Django admin of what was agreed beforehand. Versions are only read here: a published one never changes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from playbooks.content import Part
from playbooks.durations import in_short
from playbooks.forms import PolicyStepForm, SeverityLevelForm, ShortDurationField
from playbooks.models import (
    EscalationPolicy,
    Playbook,
    PlaybookVersion,
    PolicyStep,
    ResponseTemplate,
    SeverityLevel,
    StartTree,
    Urgency,
)
from playbooks.outline import outline
from playbooks.targets import role_names, target_in_words
from playbooks.tree_schema import parse_rule, tree_from_text
from playbooks.words import DEMANDS, demand_in_words, rule_in_words

DURATIONS = {models.DurationField: {"form_class": ShortDurationField, "help_text": _("For example 15m or 4h.")}}


class Style:
    """Outlines and targets in the admin's own look."""

    class Media:
        css = {"all": ["css/playbooks-admin.css"]}


class ReadOnlyAdmin:
    """Rows that other parts of the console rely on: shown, not made or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SlugStays:
    """A short name is chosen once: trees and decisions refer to it."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()


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


@admin.register(Urgency)
class UrgencyAdmin(SlugStays, admin.ModelAdmin):
    formfield_overrides = DURATIONS
    list_display = ["slug", "time", "around_the_clock"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("within"), ordering="within")
    def time(self, urgency: Urgency) -> str:
        return in_short(urgency.within)


@admin.register(ResponseTemplate)
class ResponseTemplateAdmin(SlugStays, admin.ModelAdmin):
    list_display = ["slug", "text_en", "text_de"]
    search_fields = ["slug", "text_en", "text_de"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SeverityLevel)
class SeverityLevelAdmin(Style, ReadOnlyAdmin, admin.ModelAdmin):
    form = SeverityLevelForm
    list_display = ["__str__", "proposed_when", "called_at_once", "acknowledge_in"]
    readonly_fields = ["level", "proposed_when", "approved_by", "further"]
    fields = ["level", "proposed_when", "default_who", "approved_by", "further"]

    @admin.display(description=_("proposed when"))
    def proposed_when(self, row: SeverityLevel) -> str:
        rules = [(rule_in_words(parse_rule(Part(rule))),) for rule in row.rules]
        return _list(rules) or gettext("nothing else is")

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
        return _list([(demand_in_words(key, row.demands[key]),) for key in DEMANDS if key in row.demands]) or "–"


class PolicyStepInline(admin.StackedInline):
    model = PolicyStep
    formfield_overrides = DURATIONS
    form = PolicyStepForm
    extra = 0
    min_num = 1


@admin.register(EscalationPolicy)
class EscalationPolicyAdmin(Style, ReadOnlyAdmin, admin.ModelAdmin):
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
        return _list((_step_in_words(step, names),) for step in policy.steps.all())

    @admin.display(description=_("next round after"), ordering="round_delay")
    def again_after(self, policy: EscalationPolicy) -> str:
        return in_short(policy.round_delay)


def _step_in_words(step: PolicyStep, names: Mapping[str, str]) -> str:
    called = ", ".join(target_in_words(target, names) for target in step.targets)
    when = gettext("after %(time)s") % {"time": in_short(step.delay)} if step.delay else gettext("at once")
    return f"{when}: {called or gettext('whom the outcome names, else the level')}"


def _approver_in_words(approver: Mapping[str, str], names: Mapping[str, str]) -> str:
    name = names.get(approver["role"], approver["role"])
    if "after" not in approver:
        return name
    return gettext("%(name)s (after %(time)s)") % {"name": name, "time": approver["after"]}


def _list(rows: Iterable[tuple[str]]) -> SafeString:
    lines = format_html_join("", "<li>{}</li>", rows)
    return SafeString(f'<div class="outline"><ul>{lines}</ul></div>') if lines else SafeString("")

"""Scenarios in the admin: every kind of line is a list of its own, with labelled fields in both languages."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from playbooks.admin_parts import DURATIONS
from playbooks.models import (
    DoNot,
    Outlet,
    Scenario,
    ScenarioRole,
    ScenarioStrategy,
    ScenarioTask,
    Sign,
    StatementTemplate,
)
from playbooks.placeholders import PLACEHOLDERS

Overrides = Mapping[type[models.Field], Mapping[str, Any]]

LOW: Overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2})}}
HIGH: Overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 5})}}
BOTH = ("text_en", "text_de")


class Lines(admin.StackedInline):
    """One kind of line: folded, in its order, both languages beside each other."""

    formfield_overrides = LOW
    extra = 0
    classes = ["collapse"]
    fields: ClassVar[Any] = ["position", BOTH]


class SignInline(Lines):
    model = Sign


class DoNotInline(Lines):
    model = DoNot


class OutletInline(Lines):
    model = Outlet


class RoleInline(Lines):
    model = ScenarioRole
    fields = [("position", "role"), BOTH]


class StrategyInline(Lines):
    model = ScenarioStrategy
    fields = [("position", "strategy"), BOTH]


class TaskInline(Lines):
    model = ScenarioTask
    formfield_overrides = {**LOW, **DURATIONS}
    fields = [("position", "role", "within"), BOTH, ("done_en", "done_de")]


class StatementInline(Lines):
    model = StatementTemplate
    formfield_overrides = HIGH
    fields = [("moment", "fits"), BOTH]


@admin.register(Scenario)
class ScenarioAdmin(admin.ModelAdmin):
    formfield_overrides = LOW
    list_display = ["__str__", "level", "responsibility", "policy", "position"]
    list_display_links = ["__str__"]
    list_filter = ["level", "responsibility"]
    list_select_related = ["policy"]
    search_fields = ["slug", "name_en", "name_de", "when_en", "when_de"]
    fieldsets = [
        (None, {"fields": ["slug", ("name_en", "name_de"), ("when_en", "when_de"), "level", "policy",
                           "responsibility", "position", "as_read"]}),
        (_("Placeholders that statements may hold"), {"classes": ["collapse"], "fields": ["vocabulary"]}),
    ]  # fmt: skip
    inlines = [SignInline, TaskInline, RoleInline, StrategyInline, DoNotInline, OutletInline, StatementInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Scenario | None = None) -> tuple[str, ...]:
        """The short name is chosen once: addresses and papers name it."""
        return ("slug", "as_read", "vocabulary") if obj else ("as_read", "vocabulary")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Scenario]:
        return super().get_queryset(request).select_related("policy")

    @admin.display(description=_("as everybody reads it"))
    def as_read(self, scenario: Scenario) -> SafeString | str:
        if not scenario.pk:
            return "–"
        address = reverse("playbooks:scenario", args=[scenario.slug])
        return format_html('<a href="{}">{}</a>', address, address)

    @admin.display(description=_("placeholders"))
    def vocabulary(self, scenario: Scenario) -> SafeString:
        return vocabulary_table()


def vocabulary_table() -> SafeString:
    """What may stand in curly braces, with what it means and who fills it in."""
    rows = [
        format_html("<dt>{}</dt><dd>{} ({})</dd>", known.mark, known.description, known.source.label)
        for known in PLACEHOLDERS.values()
    ]
    return format_html('<dl class="vocabulary">{}</dl>', SafeString("".join(rows)))

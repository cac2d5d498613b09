"""Who answers what, in the administration: rows as sentences, and the whole as a matrix that shows the gaps."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.recent_admin import AsksAgain
from accounts.unit_admin import CentralOnly
from monitoring.channels.registry import KINDS
from monitoring.models import Channel
from playbooks.admin_parts import DURATIONS, Style
from playbooks.durations import in_short
from playbooks.models import ResponsibilityRule
from playbooks.request_types import request_types
from playbooks.responsibility import Responsible, responsibilities, row_in_words, who
from playbooks.targets import role_names

MOST_CHANNELS = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """Who answers one kind of request on one channel; without `rule` nobody."""

    rule: int | None = None
    role: str = ""
    deadline: str = ""
    is_high: bool = False


class ResponsibilityForm(forms.ModelForm):
    channel_kind = forms.ChoiceField(
        label=capfirst(_("kind of channel")),
        required=False,
        choices=lambda: [("", _("every kind")), *((slug, kind.label) for slug, kind in KINDS.items())],
    )
    request_type = forms.ChoiceField(
        label=capfirst(_("kind of request")),
        required=False,
        choices=lambda: [("", _("everything")), *request_types().items()],
    )

    class Meta:
        model = ResponsibilityRule
        fields = ["request_type", "channel", "channel_kind", "role", "priority", "deadline"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        same = {name: values.get(name) for name in ("channel", "channel_kind", "request_type")}
        if ResponsibilityRule.objects.filter(**same).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another row says already who answers this there."), code="twice")
        return values


class ResponsibilityAdmin(Style, AsksAgain, CentralOnly):
    form = ResponsibilityForm
    formfield_overrides = DURATIONS
    list_display = ["in_words", "priority"]
    list_filter = ["role", "priority", ("channel", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["channel", "role"]
    change_list_template = "admin/playbooks/responsibilityrule/change_list.html"

    @admin.display(description=_("responsibility"))
    def in_words(self, rule: ResponsibilityRule) -> str:
        place = {"channel": rule.channel.name if rule.channel else "", "kind": rule.channel_kind}
        row = place | {"type": rule.request_type}
        return row_in_words(row, rule.role.name, request_types(), rule.deadline)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.matrix_view)
        return [path("matrix/", view, name="playbooks_responsibilityrule_matrix"), *super().get_urls()]

    def matrix_view(self, request: HttpRequest) -> HttpResponse:
        """Channels × kinds of request: the role that answers and its time, or a gap."""
        if not isinstance(request.user, User) or not self.has_view_permission(request):
            raise PermissionDenied
        channels = Channel.objects.visible_to(request.user).order_by("name")[:MOST_CHANNELS]
        types, rows, names = request_types(), responsibilities(), role_names()
        lines = [(channel, [cell_of(who(channel, kind, rows), names) for kind in types]) for channel in channels]
        context = self.admin_site.each_context(request) | {
            "title": gettext("Who answers what"),
            "opts": self.opts,
            "types": types.values(),
            "lines": lines,
            "gaps": sum(cell.rule is None for _channel, cells in lines for cell in cells),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/playbooks/responsibilityrule/matrix.html", context)


def cell_of(found: Responsible | None, names: dict[str, str]) -> Cell:
    if found is None:
        return Cell()
    deadline = in_short(found.deadline) if found.deadline else ""
    is_high = found.priority == ResponsibilityRule.Priority.HIGH
    return Cell(found.rule, names.get(found.role, found.role), deadline, is_high)
